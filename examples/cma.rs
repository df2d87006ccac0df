use darien::experiment::study::*; use darien::registry::parameters::*; use darien::world::conditions::N; use rayon::prelude::*;
fn main(){
  let a:Vec<String>=std::env::args().collect();
  let evals:u64=a[1].parse().unwrap(); let scale:u32=a[2].parse().unwrap();
  let start=a.get(3).cloned();
  let study=Study::new("2024-12".parse().unwrap(),scale,7).unwrap();
  let free=fitted();
  let (y,e)=study.recorded();
  let w=[3.0,1.5,0.7,0.6,0.3,0.6,0.3,0.3,0.3];
  let zeros=vec![[0.0;N];study.months];
  let mut z0:Vec<f64>=free.iter().map(|p| score(*p,p.definition().definition.default).clamp(-2.0,2.0)).collect();
  if let Some(f)=&start { let t=std::fs::read_to_string(f).unwrap(); for l in t.lines(){ let (n,v)=l.split_once(' ').unwrap(); if let Some(i)=free.iter().position(|p|p.definition().definition.name==n){ z0[i]=v.parse().unwrap(); } } }
  let loss=|z:&[f64]|->(f64,Vec<f64>){
    let d=study.draw(&free.iter().copied().zip(z.iter().copied()).collect::<Vec<_>>(),&zeros);
    let c=study.simulate(&d,0); let m=study.predicted(&c);
    let mut s=0.0; let mut tw=0.0;
    let mut rms=vec![];
    for g in 0..SERIES.len(){ let mut q=0.0; for t in 0..48 { let i=g*48+t; let r=(m[i]-y[i]).abs(); let r=(r-0.5*e[i]).max(0.0); let h=if r<1.0{r*r}else{2.0*r-1.0}; s+=w[g]*h; tw+=w[g]; q+=r*r;} rms.push((q/48.0).sqrt()); }
    // totals
    for t in 0..48 { let tot=|f:&dyn Fn(usize)->f64| (0..SERIES.len()).map(|g| f(g*48+t).exp()-30.0).sum::<f64>().max(1.0).ln(); let r=(tot(&|i|m[i])-tot(&|i|y[i])).abs(); let h=if r<1.0{r*r}else{2.0*r-1.0}; s+=3.0*h; tw+=3.0; }
    let mut l=s/tw;
    for k in 0..WEAK.len(){ let i=9*48+k; l+=0.003*((m[i]-y[i])/e[i]).powi(2).min(9.0); }
    l+=0.0015*z.iter().map(|x|x*x).sum::<f64>()/2.0;
    for k in 0..WEAK.len(){ rms.push(m[9*48+k]); }
    (l,rms)
  };
  use fcmaes_core::cmaes::*; 
  let n=free.len();
  let fit=fcmaes_core::fitness::Fitness::bounded(n,1,&vec![-3.0;n],&vec![3.0;n]);
  let mut cma=Cmaes::new(fit,&z0,&vec![0.4;n],&CmaesParams{popsize:24,max_evaluations:evals,seed:1,..Default::default()});
  let mut best=(f64::INFINITY,z0.clone()); let mut k=0; 
  let t=std::time::Instant::now();
  while k<evals { let xs=cma.ask(); let ys:Vec<f64>=xs.par_iter().map(|x|loss(x).0).collect(); for (x,l) in xs.iter().zip(&ys){ if *l<best.0 {best=(*l,x.clone());} } k+=xs.len() as u64; let s=cma.tell(&ys); if (k/24)%20==0 {eprintln!("{k} {:.4} {:?}",best.0,t.elapsed()); save(&free,&best.1);} if s!=0 {eprintln!("stop {s}");break;} }
  save(&free,&best.1);
  println!("{:?}",loss(&best.1));
  for (p,z) in free.iter().zip(&best.1){ println!("{:28} z {:6.2} v {:.5}",p.definition().definition.name,z,p.definition().quantile(normal_share(*z))); }
}
fn save(free:&[Parameter],z:&[f64]){ std::fs::write("/tmp/best.txt",free.iter().zip(z).map(|(p,z)|format!("{} {z}\n",p.definition().definition.name)).collect::<String>()).unwrap(); }
