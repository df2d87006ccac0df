// Makes data/map/countries.csv from Natural Earth's borders. How to run it: basemap.md.
import { readFileSync, writeFileSync } from "node:fs";

const [, , input, output] = process.argv;
if (!input || !output) {
  console.error("usage: node basemap.mjs countries-50m.json OUTPUT.csv");
  process.exit(2);
}
const WINDOW = { west: -120, south: -35, east: -60, north: 34 };
const SMALLEST = 0.01; // rings below this area, in square degrees, are left out
// ISO 3166-1 numeric to alpha-3, for everything that the window can touch.
const ISO3 = {
  "032": "ARG", "044": "BHS", "052": "BRB", "060": "BMU", "068": "BOL", "076": "BRA", "084": "BLZ", "124": "CAN",
  "136": "CYM", "152": "CHL", "170": "COL", "188": "CRI", "192": "CUB", "212": "DMA", "214": "DOM", "218": "ECU",
  "222": "SLV", "250": "FRA", "308": "GRD", "320": "GTM", "328": "GUY", "332": "HTI", "340": "HND", "388": "JAM",
  "484": "MEX", "531": "CUW", "533": "ABW", "558": "NIC", "591": "PAN", "600": "PRY", "604": "PER", "630": "PRI",
  "662": "LCA", "670": "VCT", "740": "SUR", "780": "TTO", "796": "TCA", "840": "USA", "858": "URY", "862": "VEN",
  "028": "ATG", "092": "VGB", "500": "MSR", "659": "KNA", "660": "AIA", "850": "VIR", "652": "BLM", "663": "MAF",
  "534": "SXM", "238": "FLK", "239": "SGS", "528": "NLD",
};

const topology = JSON.parse(readFileSync(input, "utf8"));
const { scale, translate } = topology.transform;
const arcs = topology.arcs.map((arc) => {
  let x = 0, y = 0;
  return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
});

// A ring is a list of arcs; ~i is arc i backwards; arcs share their end points.
function ring(indices) {
  const points = [];
  for (const i of indices) {
    const arc = i < 0 ? [...arcs[~i]].reverse() : arcs[i];
    points.push(...(points.length ? arc.slice(1) : arc));
  }
  return points;
}

// Sutherland and Hodgman: cut the polygon at one side of the window after the other.
function clip(points) {
  const sides = [
    [0, WINDOW.west, 1], [0, WINDOW.east, -1], [1, WINDOW.south, 1], [1, WINDOW.north, -1],
  ];
  for (const [axis, limit, sign] of sides) {
    const inside = (p) => (p[axis] - limit) * sign >= 0;
    const out = [];
    points.forEach((p, i) => {
      const q = points[(i + points.length - 1) % points.length];
      if (inside(p) !== inside(q)) {
        const t = (limit - q[axis]) / (p[axis] - q[axis]);
        out.push([q[0] + t * (p[0] - q[0]), q[1] + t * (p[1] - q[1])]);
      }
      if (inside(p)) out.push(p);
    });
    points = out;
  }
  return points;
}

// Douglas and Peucker on an open line.
function simplify(points, tolerance) {
  const keep = new Array(points.length).fill(false);
  keep[0] = keep[points.length - 1] = true;
  const stack = [[0, points.length - 1]];
  while (stack.length) {
    const [a, b] = stack.pop();
    const [ax, ay] = points[a], [bx, by] = points[b];
    const length = Math.hypot(bx - ax, by - ay);
    let worst = tolerance, at = -1;
    for (let i = a + 1; i < b; i++) {
      const [x, y] = points[i];
      const d = length === 0 ? Math.hypot(x - ax, y - ay)
        : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
      if (d > worst) [worst, at] = [d, i];
    }
    if (at >= 0) { keep[at] = true; stack.push([a, at], [at, b]); }
  }
  return points.filter((_, i) => keep[i]);
}

// The corridor is drawn large, so it keeps more detail than the rest.
const corridor = ([x, y]) => x > -93 && x < -70 && y > 0 && y < 20;
const tolerance = (points) => (points.some(corridor) ? 0.01 : 0.03);

const area = (points) => Math.abs(points.reduce((sum, [x, y], i) => {
  const [u, v] = points[(i + 1) % points.length];
  return sum + x * v - u * y;
}, 0)) / 2;

const rows = [];
for (const country of topology.objects.countries.geometries) {
  const polygons = country.type === "Polygon" ? [country.arcs] : country.arcs ?? [];
  for (const [outer] of polygons) {
    const whole = ring(outer).slice(0, -1);
    const xs = whole.map(([x]) => x);
    if (Math.max(...xs) - Math.min(...xs) > 180) continue; // crosses the date line: not ours
    let points = clip(whole);
    if (points.length < 3 || area(points) < SMALLEST) continue;
    // Cut the ring into two open lines, so that its far point stays.
    let far = 0;
    points.forEach((p, i) => {
      const d = (q) => Math.hypot(q[0] - points[0][0], q[1] - points[0][1]);
      if (d(p) > d(points[far])) far = i;
    });
    const fine = tolerance(points);
    points = [...simplify(points.slice(0, far + 1), fine),
      ...simplify([...points.slice(far), points[0]], fine).slice(1, -1)];
    const iso = ISO3[country.id];
    if (!iso) throw new Error(`no ISO code for ${country.id} ${country.properties?.name}`);
    const cells = points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`);
    rows.push({ iso, size: area(points), cells: cells.filter((c, i) => c !== cells[i - 1]) });
  }
}
rows.sort((a, b) => (a.iso < b.iso ? -1 : a.iso > b.iso ? 1 : b.size - a.size || (a.cells[0] < b.cells[0] ? -1 : 1)));
const lines = ["country,ring,lon,lat"];
rows.forEach((row, i) => {
  row.number = i > 0 && rows[i - 1].iso === row.iso ? rows[i - 1].number + 1 : 0;
  for (const cell of row.cells) lines.push(`${row.iso},${row.number},${cell}`);
});
writeFileSync(output, lines.join("\n") + "\n");
console.error(`${rows.length} rings, ${lines.length - 1} points`);
