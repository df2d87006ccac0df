//! `darien report`: sound, self-contained pages in both languages, that say no more than the runs support.

use assert_cmd::Command;
use darien::output::chart::Lang;
use darien::output::file::{Written, sha256_hex};
use darien::output::manifest::Manifest;
use darien::output::report::{folder, page};
use resvg::usvg::roxmltree::{Document, Node};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

fn darien(args: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("darien").unwrap().args(args).assert()
}

/// A scenario file that extends the status quo with some lines.
fn scenario(dir: &Path, name: &str, lines: &str) -> String {
    let path = dir.join(format!("{name}.toml"));
    fs::write(&path, format!("# Does {name} change anything?\nextends = \"status-quo-2025\"\n{lines}\n"))
        .unwrap();
    path.display().to_string()
}

/// Runs scenarios with few, coarse agents over three months.
fn run(dir: &Path, scenarios: &[&str], runs: &str) -> PathBuf {
    let out = dir.join("out");
    let shown = out.display().to_string();
    let mut args = vec!["run"];
    args.extend(scenarios);
    args.extend(["--scale", "2000", "--runs", runs, "--until", "2025-03-31", "--quiet", "--out", &shown]);
    darien(&args).success();
    out
}

/// A folder with a scenario that differs from its base for two of three months, run twelve times.
fn shared() -> &'static Path {
    static DIR: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, out) = DIR.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let closed = scenario(
            dir.path(),
            "closed",
            "title = \"Two better months\"\n[levers]\n\"crisis.VEN\" = { \"2025-01-01\" = 0.1, \"2025-03-01\" = 0.6 }",
        );
        let base = scenario(dir.path(), "base", "title = \"As it is\"\n[levers]\n\"crisis.VEN\" = 0.6");
        let out = run(dir.path(), &[&base, &closed], "12");
        (dir, out)
    });
    out
}

fn pages(folders: &[PathBuf]) -> [String; 2] {
    let folders = folder::open_all(folders).unwrap();
    [Lang::En, Lang::Es].map(|lang| page(&folders, lang, "no track record in this test").unwrap())
}

/// The page as XML, which it is but for its first line.
fn parse(page: &str) -> Document<'_> {
    let (first, rest) = page.split_once('\n').unwrap();
    assert_eq!(first, "<!DOCTYPE html>");
    Document::parse(rest).unwrap_or_else(|e| panic!("not well formed: {e}"))
}

fn text(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|n| n.text()).collect()
}

fn elements<'a>(document: &'a Document, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |n| n.is_element() && n.tag_name().name() == name)
}

#[test]
fn a_page_is_sound_in_both_languages() {
    let pages_of = pages(&[shared().to_path_buf()]);
    for (page, lang) in pages_of.iter().zip(["en", "es"]) {
        assert!(page.len() < 3_000_000, "{} bytes", page.len());
        let document = parse(page);
        assert_eq!(document.root_element().attribute("lang"), Some(lang));
        let ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are not unique");
        // Nothing loads; links lead within the page or are plain links to sources.
        for name in [
            "script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "image", "use",
            "base",
        ] {
            assert_eq!(elements(&document, name).count(), 0, "<{name}>");
        }
        for node in document.descendants().filter(Node::is_element) {
            for attribute in node.attributes() {
                let (key, value) = (attribute.name(), attribute.value());
                assert!(
                    !key.starts_with("on") && !["src", "srcset", "style", "action"].contains(&key),
                    "{key}"
                );
                if key == "href" {
                    let inside = value.strip_prefix('#').is_some_and(|id| ids.contains(&id));
                    let source = node.tag_name().name() == "a" && value.starts_with("http");
                    assert!(inside || source, "{value}");
                } else {
                    assert!(!value.contains("url("), "{key}={value}");
                }
            }
        }
        let style = elements(&document, "style").map(text).collect::<String>();
        assert!(!style.contains("url(") && !style.contains("@import"));
        // Headings in order, from one h1.
        let levels: Vec<u32> = document
            .descendants()
            .filter_map(|n| n.tag_name().name().strip_prefix('h')?.parse().ok())
            .collect();
        assert_eq!(levels.iter().filter(|l| **l == 1).count(), 1);
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{levels:?}");
        // Every chart says what it shows, and lists it.
        let charts: Vec<Node> = elements(&document, "svg").collect();
        assert!(charts.len() >= 6, "{} charts", charts.len());
        for chart in charts {
            assert_eq!(chart.attribute("role"), Some("img"));
            for label in chart.attribute("aria-labelledby").unwrap().split(' ') {
                let said = chart.children().find(|n| n.attribute("id") == Some(label)).map(text);
                assert!(said.is_some_and(|t| !t.trim().is_empty()), "{label}");
            }
            let figure = chart.ancestors().find(|n| n.tag_name().name() == "figure").unwrap();
            let rows = figure.descendants().filter(|n| n.tag_name().name() == "tr").count();
            assert!(rows > 1, "a chart without numbers");
        }
        for section in [
            "question",
            "answer",
            "expected",
            "difference",
            "way",
            "after",
            "track",
            "assumptions",
            "limits",
            "legend",
            "manifest",
        ] {
            assert!(ids.contains(&section), "no section {section}");
        }
    }
    assert_ne!(pages_of[0], pages_of[1]);
    assert_eq!(pages_of, pages(&[shared().to_path_buf()]), "the same folder must give the same bytes");
}

#[test]
fn the_rebound_is_split_at_the_end_of_the_policy() {
    let [en, _] = pages(&[shared().to_path_buf()]);
    let document = parse(&en);
    let after = document.descendants().find(|n| n.attribute("id") == Some("after")).map(text).unwrap();
    assert!(after.contains("1 Mar 2025"), "{after}");
}

#[test]
fn the_verb_writes_a_file_and_says_where() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("page.html");
    let shown = file.display().to_string();
    let folder = shared().display().to_string();
    let done = darien(&["report", &folder, "--lang", "es", "--out", &shown, "--json"]).success();
    let line = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let said: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
    let bytes = fs::read(&file).unwrap();
    assert_eq!(said["sha256"], sha256_hex(&bytes).as_str());
    assert!(String::from_utf8(bytes).unwrap().contains("La respuesta en tres frases"));
}

#[test]
fn text_of_scenarios_is_text_and_nothing_else() {
    let dir = TempDir::new().unwrap();
    let title = "</title><script>alert(1)</script><img src=x onerror=alert(1)>&\\\"'";
    let shown = title.replace("\\\"", "\"");
    let path = scenario(dir.path(), "hostile", &format!("title = \"{title}\""));
    let asked =
        fs::read_to_string(&path).unwrap().replace("Does hostile change anything?", "What of <b>this</b>?");
    fs::write(&path, asked).unwrap();
    let out = run(dir.path(), &[&path], "2");
    for page in pages(&[out]) {
        let document = parse(&page);
        assert_eq!(elements(&document, "script").count() + elements(&document, "img").count(), 0);
        assert_eq!(elements(&document, "h1").map(text).collect::<String>(), shown);
        let question =
            document.descendants().find(|n| n.attribute("id") == Some("question")).map(text).unwrap();
        assert!(question.contains("What of <b>this</b>?"), "{question}");
    }
}

/// The answer of an English page, and the words in bold in it.
fn answer(page: &str) -> (String, Vec<String>) {
    let document = parse(page);
    let is_answer = |n: &Node| n.attribute("class") == Some("answer");
    let node = document.descendants().find(is_answer).unwrap();
    let strong = node.descendants().filter(|n| n.tag_name().name() == "strong").map(text).collect();
    (text(node), strong)
}

#[test]
fn scenarios_that_are_the_same_differ_in_no_run() {
    let dir = TempDir::new().unwrap();
    let a = scenario(dir.path(), "a", "title = \"One\"");
    let b = scenario(dir.path(), "b", "title = \"Two\"");
    let (said, strong) = answer(&pages(&[run(dir.path(), &[&a, &b], "10")])[0]);
    assert!(said.contains("in any of 10 paired runs"), "{said}");
    assert!(strong.iter().all(|s| !s.contains("likely")), "{strong:?}");
}

#[test]
fn few_runs_support_no_word() {
    let dir = TempDir::new().unwrap();
    let a = scenario(dir.path(), "a", "title = \"One\"");
    let b = scenario(dir.path(), "b", "title = \"Two\"\n[levers]\n\"crisis.VEN\" = 0.05");
    let (said, strong) = answer(&pages(&[run(dir.path(), &[&a, &b], "3")])[0]);
    assert!(said.contains("too few for a statement") || said.contains("no difference in"), "{said}");
    assert!(strong.iter().all(|s| !s.contains("likely")), "{strong:?}");
}

/// Writes files into a folder and seals it with a manifest like the one of `from`.
fn seal(from: &Path, to: &Path, files: &[(&str, &str)]) {
    let mut manifest = Manifest::read(from).unwrap();
    manifest.files.clear();
    manifest.command = vec!["darien".into(), "compare".into()];
    for (name, content) in files {
        fs::write(to.join(name), content).unwrap();
        manifest.files.push(Written {
            name: (*name).to_owned(),
            sha256: sha256_hex(content.as_bytes()),
            bytes: content.len() as u64,
        });
    }
    fs::write(to.join("manifest.json"), manifest.bytes().unwrap()).unwrap();
}

const HEADER: &str =
    "scenario,outcome,place,nationality,month,base,difference,low,high,p_positive,p_negative,runs\n";

/// A comparison in which so many of 100 pairs fall.
fn comparison(p_positive: f64, p_negative: f64) -> TempDir {
    let dir = TempDir::new().unwrap();
    let row = |month: &str| {
        format!("closed,entries,darien,ALL,{month},1000,-50,-90,-10,{p_positive},{p_negative},100\n")
    };
    let table = format!("{HEADER}{}{}{}{}", row("total"), row("2025-01"), row("2025-02"), row("2025-03"));
    seal(shared(), dir.path(), &[("differences.csv", &table)]);
    dir
}

#[test]
fn a_statement_is_made_only_where_pairs_support_it() {
    let said = |up: f64, down: f64| answer(&pages(&[comparison(up, down).path().to_path_buf()])[0]);
    let (text, strong) = said(0.0, 1.0);
    assert!(text.contains("very likely fewer irregular entries"), "{text}");
    assert!(text.contains("95 of 100 runs between") && strong.contains(&"very likely".to_owned()), "{text}");
    let (text, strong) = said(0.25, 0.75);
    assert!(text.contains("likely fewer") && strong.contains(&"likely".to_owned()), "{text}");
    // The pairs rise and their mean falls: both are said.
    let (text, _) = said(0.75, 0.25);
    assert!(
        text.contains("likely more") && text.contains("50 fewer") && text.contains("in the mean"),
        "{text}"
    );
    // Half and half, or mostly the same: no direction.
    for (up, down) in [(0.5, 0.5), (0.0, 0.4), (0.6, 0.4), (0.34, 0.66)] {
        let (text, strong) = said(up, down);
        assert!(text.contains("do not say whether"), "{text}");
        assert!(strong.iter().all(|s| !s.contains("likely")), "{strong:?}");
    }
}

#[test]
fn other_folders_add_their_parts() {
    let comparison = comparison(0.0, 1.0);
    let account = "scenario,nationality,entry,place,meaning,persons,low,high\n\
                   closed,ALL,avoided,darien,Entries avoided,50,10,90\n\
                   closed,ALL,waiting,origin,Wait at home,30,5,60\n\
                   closed,ALL,bypass,mexico_air,By air,20,5,30\n";
    let differences = fs::read_to_string(comparison.path().join("differences.csv")).unwrap();
    seal(shared(), comparison.path(), &[("differences.csv", &differences), ("account.csv", account)]);
    let bench = TempDir::new().unwrap();
    let scorecard = "policy,future,outcome,unit,better,mean,p_best,runs\n\
                     none,all,entries,persons,lower,1000,0.05,40\naid,all,entries,persons,lower,900,0.95,40\n\
                     none,bad,entries,persons,lower,1000,0.05,40\naid,bad,entries,persons,lower,900,0.95,40\n";
    seal(shared(), bench.path(), &[("scorecard.csv", scorecard)]);
    let sensitivity = TempDir::new().unwrap();
    let indices = "outcome,parameter,s1,st,st_low,st_high,floor\n\
                   entries,depart.rate,0.5,0.6,0.4,0.8,0.05\nentries,route.scale,0.01,0.02,0.0,0.04,0.05\n";
    seal(shared(), sensitivity.path(), &[("indices.csv", indices)]);
    let folders = [comparison.path(), bench.path(), sensitivity.path()].map(Path::to_path_buf);
    let [en, es] = pages(&folders);
    let section = |page: &str, id: &str| {
        parse(page).descendants().find(|n| n.attribute("id") == Some(id)).map(text).unwrap_or_default()
    };
    assert!(
        section(&en, "elsewhere").contains("Waiting at home")
            && section(&es, "elsewhere").contains("Esperando en casa")
    );
    assert!(section(&en, "scorecard").contains("aid") && section(&en, "change").contains("depart.rate"));
    let (said, _) = answer(&en);
    assert!(said.contains("“aid” is the best"), "{said}");
    // What is missing is said, with the command that makes it.
    let [alone, _] = pages(&[sensitivity.path().to_path_buf()]);
    assert!(section(&alone, "limits").contains("darien bench"));
    assert!(!section(&en, "limits").contains("darien bench"));
}

fn refused(args: &[&str], wanted: &[&str]) {
    let done = darien(args).code(3);
    let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    for word in wanted {
        assert!(said.contains(word), "{word} in {said}");
    }
}

#[test]
fn damage_is_a_sentence() {
    let dir = TempDir::new().unwrap();
    let out = run(dir.path(), &["status-quo-2025"], "2");
    let shown = out.display().to_string();
    let page = dir.path().join("page.html").display().to_string();
    let args = ["report", &shown, "--out", &page];
    let quantiles = fs::read(out.join("quantiles.csv")).unwrap();
    fs::write(out.join("quantiles.csv"), b"scenario\nx\n").unwrap();
    fs::rename(out.join("charts/map.svg"), out.join("charts/moved.svg")).unwrap();
    refused(
        &args,
        &["quantiles.csv", "not the file that was written", "map.svg", "is missing", "run the command again"],
    );
    fs::write(out.join("quantiles.csv"), quantiles).unwrap();
    fs::rename(out.join("charts/moved.svg"), out.join("charts/map.svg")).unwrap();
    darien(&args).success();
    // A table whose checksum is right and whose content is not.
    let monthly = fs::read_to_string(out.join("monthly.csv")).unwrap();
    let broken = monthly.replacen(",2025-02,", ",2025-13,", 1);
    fs::write(out.join("monthly.csv"), &broken).unwrap();
    let mut manifest = Manifest::read(&out).unwrap();
    for file in manifest.files.iter_mut().filter(|f| f.name == "monthly.csv") {
        file.sha256 = sha256_hex(broken.as_bytes());
    }
    fs::write(out.join("manifest.json"), manifest.bytes().unwrap()).unwrap();
    refused(&args, &["monthly.csv:", "2025-13", "is no month"]);
    fs::write(out.join("manifest.json"), b"{").unwrap();
    refused(&args, &["manifest.json", "is not JSON"]);
    fs::remove_file(out.join("manifest.json")).unwrap();
    refused(&args, &["manifest.json", "cannot be read"]);
    let nowhere = dir.path().join("nowhere").display().to_string();
    // All folders are told at once.
    refused(&["report", &shown, &nowhere], &["manifest.json", "nowhere", "is not a folder"]);
    assert!(darien(&["report"]).get_output().status.code() == Some(2));
}
