// SPDX-License-Identifier: MIT
/**
 * The script inside an exported HTML page (html-page.ts), as text because it runs in a browser without anything else: reads the packed events
 * (event-packer.ts), draws the lanes on a canvas, and lists the events in view in a table. It may use no `</` followed by `script`.
 */
export const viewerScript = String.raw`"use strict";
const byId = (id) => document.getElementById(id);
const head = JSON.parse(byId("head").textContent);
const lineHeight = 16, gutter = 150, axisHeight = 22, mostRows = 300;

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Inverse of EventPacker: columns of numbers of 7 bits a byte; a difference has its sign in the lowest bit, and 0 stands before a raw float64. */
function unpack(blocks, count) {
  const columns = { kind: new Uint8Array(count), lane: new Uint16Array(count), line: new Uint32Array(count), start: new Float64Array(count), end: new Float64Array(count),
    name: new Uint32Array(count), correlation: new Uint32Array(count), cause: new Uint32Array(count), id: new Uint32Array(count), statement: new Float64Array(count),
    irql: new Uint8Array(count), object: new Uint32Array(count), row: new Uint16Array(count), depth: new Uint16Array(count), isSpan: new Uint8Array(count), args: new Float64Array(3 * count) };
  const before = { start: 0, correlation: 0, id: 0, statement: 0, object: 0 }, known = new Map();
  let first = 0;
  for (const bytes of blocks) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const events = view.getUint32(0, true);
    let at = 4 * 17, number = 1;
    const read = () => {
      let value = 0, scale = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
      return value;
    };
    const readFrom = (last) => {
      const value = read() - 1;
      if (value >= 0) return last + (value % 2 === 0 ? value / 2 : -(value + 1) / 2);
      at += 8;
      return view.getFloat64(at - 8, true);
    };
    /** The next column: what is done for each event of it. */
    const column = (each) => {
      const end = at + view.getUint32(4 * number++, true);
      for (let i = first; i < first + events; i++) each(i);
      at = end;
    };
    const naturals = (name) => column((i) => { columns[name][i] = read(); });
    const differences = (name) => column((i) => { columns[name][i] = before[name] = readFrom(before[name]); });
    const argument = (a) => column((i) => {
      const last = known.get(columns.kind[i]) ?? known.set(columns.kind[i], [0, 0, 0]).get(columns.kind[i]);
      const value = readFrom(last[a]);
      columns.args[3 * i + a] = value;
      if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 51) last[a] = value;
    });
    ["kind", "lane", "row", "depth"].forEach(naturals);
    differences("start");
    column((i) => {
      const length = readFrom(0);
      columns.isSpan[i] = length === 0 ? 0 : 1;
      columns.end[i] = length === 0 ? columns.start[i] : length === 1 ? Infinity : columns.start[i] + length - 2;
    });
    naturals("name");
    differences("correlation");
    column((i) => { columns.cause[i] = readFrom(0); });
    ["id", "statement"].forEach(differences);
    naturals("irql");
    differences("object");
    [0, 1, 2].forEach(argument);
    for (let i = first; i < first + events; i++) if (columns.cause[i] !== 0) columns.cause[i] = columns.id[i] - columns.cause[i];
    first += events;
  }
  return columns;
}

/** Lines from top to bottom; the items of a line are in order of time and do not overlap. */
function layOut(e, count) {
  const lines = [], known = new Map();
  head.lanes.forEach((lane, l) => {
    const most = [];
    let hasInstants = false, hasIrql = false;
    for (let i = 0; i < count; i++) {
      if (e.lane[i] !== l) continue;
      if (e.isSpan[i]) most[e.row[i]] = Math.max(most[e.row[i]] ?? 0, e.depth[i] + 1);
      else if (e.kind[i] === head.irqlKind) hasIrql = true;
      else hasInstants = true;
    }
    const add = (key, type) => { known.set(key, lines.length); lines.push({ lane: l, type, items: [], label: "" }); };
    const first = lines.length;
    if (hasIrql) add(l + " irql", "steps");
    most.forEach((depths, row) => { for (let d = 0; d < depths; d++) add(l + " " + row + " " + d, "spans"); });
    if (hasInstants) add(l + " instants", "instants");
    if (lines.length > first) lines[first].label = lane + (hasIrql ? ": IRQL" : "");
    if (hasIrql && lines.length > first + 1) lines[first + 1].label = lane;
  });
  for (let i = 0; i < count; i++) {
    const key = e.isSpan[i] ? e.lane[i] + " " + e.row[i] + " " + e.depth[i] : e.lane[i] + (e.kind[i] === head.irqlKind ? " irql" : " instants");
    e.line[i] = known.get(key);
    lines[e.line[i]].items.push(i);
  }
  return lines;
}

const format = (ns) => ns === Infinity ? "open" : ns >= 1e6 ? Number((ns / 1e6).toFixed(6)) + " ms" : ns >= 1e3 ? Number((ns / 1e3).toFixed(3)) + " µs" : ns + " ns";

function argumentText(reading, value) {
  if (reading === "text") return head.texts[value] ?? "";
  if (reading === "address") return "0x" + value.toString(16).toUpperCase();
  if (reading === "status") return "0x" + (value >>> 0).toString(16).toUpperCase().padStart(8, "0");
  return String(value);
}

function describe(e, i) {
  const kind = head.kinds[e.kind[i]];
  const parts = kind.args.map(([name, reading], a) => [name, argumentText(reading, e.args[3 * i + a])]).filter(([, text]) => text !== "");
  parts.push(["event", e.id[i]], ["statement", e.statement[i]], ["IRQL", e.irql[i]]);
  if (e.object[i]) parts.push(["object", e.object[i]]);
  if (e.correlation[i]) parts.push(["request", e.correlation[i]]);
  if (e.cause[i]) parts.push(["caused by", e.cause[i]]);
  const place = kind.name === "callback" ? head.sources[head.texts[e.args[3 * i + 2]]] : undefined;
  if (place) parts.push(["source", place.file + ":" + place.line]);
  return parts.map(([name, value]) => name + " " + value).join(", ");
}

/** First position in items whose event satisfies the condition, which holds from somewhere on. */
function firstWhere(items, from, condition) {
  let low = from, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (condition(items[middle])) high = middle; else low = middle + 1;
  }
  return low;
}

class Viewer {
  constructor(e, count, lines) {
    Object.assign(this, { e, count, lines, canvas: byId("timeline"), from: 0, to: Math.max(1, e.start[count - 1] ?? 1), selected: -1, search: "", isDue: false });
    this.whole = this.to;
    this.canvas.style.height = axisHeight + lines.length * lineHeight + "px";
    addEventListener("resize", () => this.draw());
    this.canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.onPress(event));
    this.canvas.addEventListener("pointermove", (event) => this.onMove(event));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    byId("search").addEventListener("input", (event) => { this.search = event.target.value.toLowerCase(); this.draw(); });
    this.draw();
  }

  draw() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => { this.isDue = false; this.drawNow(); this.list(); });
  }

  zoom(factor, at) {
    const length = Math.min(this.whole, Math.max(1, (this.to - this.from) * factor));
    const share = (at - this.from) / (this.to - this.from);
    this.show(at - share * length, length);
  }

  show(from, length) {
    this.from = Math.max(0, Math.min(from, this.whole - length));
    this.to = this.from + length;
    this.draw();
  }

  timeAt(x) { return this.from + ((x - gutter) / Math.max(1, this.canvas.clientWidth - gutter)) * (this.to - this.from); }

  onWheel(event) {
    if (event.ctrlKey || event.metaKey) this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(event.offsetX));
    else if (event.shiftKey || event.deltaX !== 0) this.show(this.from + ((event.deltaX || event.deltaY) / 1000) * (this.to - this.from), this.to - this.from);
    else return;
    event.preventDefault();
  }

  onPress(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pressed = { x: event.offsetX, from: this.from };
    this.select(this.hit(event.offsetX, event.offsetY));
  }

  onMove(event) {
    if (event.buttons === 1 && this.pressed) {
      const length = this.to - this.from;
      this.show(this.pressed.from - ((event.offsetX - this.pressed.x) / Math.max(1, this.canvas.clientWidth - gutter)) * length, length);
      return;
    }
    const i = this.hit(event.offsetX, event.offsetY);
    this.canvas.title = i < 0 ? "" : head.names[this.e.name[i]] + ", " + format(this.e.start[i]) + (this.e.isSpan[i] ? ", " + format(this.e.end[i] - this.e.start[i]) : "");
  }

  onKey(event) {
    const length = this.to - this.from, middle = (this.from + this.to) / 2;
    const actions = { KeyW: () => this.zoom(0.7, middle), KeyS: () => this.zoom(1.4, middle), KeyA: () => this.show(this.from - length / 4, length), KeyD: () => this.show(this.from + length / 4, length),
      Home: () => this.show(0, this.whole), KeyF: () => this.reveal(this.selected), Escape: () => this.select(-1) };
    const action = actions[event.code];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    action();
    event.preventDefault();
  }

  hit(x, y) {
    const line = this.lines[Math.floor((y - axisHeight) / lineHeight)];
    if (!line || x < gutter) return -1;
    const near = (3 / Math.max(1, this.canvas.clientWidth - gutter)) * (this.to - this.from), time = this.timeAt(x);
    const at = firstWhere(line.items, 0, (i) => this.e.end[i] >= time - near);
    const i = line.items[at];
    return i !== undefined && this.e.start[i] <= time + near ? i : -1;
  }

  select(i) {
    this.selected = i;
    byId("details").textContent = i < 0 ? "" : head.names[this.e.name[i]] + ": " + describe(this.e, i);
    this.draw();
  }

  reveal(i) {
    if (i < 0) return;
    const end = Math.min(this.e.end[i], this.whole), length = Math.min(this.whole, Math.max(100, (end - this.e.start[i]) * 2));
    this.show((this.e.start[i] + end) / 2 - length / 2, length);
  }

  drawNow() {
    const { canvas, lines } = this;
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const g = canvas.getContext("2d"), style = getComputedStyle(document.body);
    const color = (name) => style.getPropertyValue("--" + name);
    g.scale(ratio, ratio);
    g.font = "11px sans-serif";
    g.textBaseline = "middle";
    const scale = (width - gutter) / (this.to - this.from);
    this.axis(g, width, height, scale, color);
    const chain = this.selected < 0 ? 0 : this.e.correlation[this.selected];
    g.save();
    g.beginPath();
    g.rect(gutter, 0, width - gutter, height);
    g.clip();
    lines.forEach((line, n) => this.drawLine(g, line, axisHeight + n * lineHeight, scale, color, chain, width));
    g.restore();
    g.fillStyle = color("text");
    lines.forEach((line, n) => { if (line.label) g.fillText(line.label, 4, axisHeight + n * lineHeight + lineHeight / 2, gutter - 8); });
  }

  axis(g, width, height, scale, color) {
    const raw = 110 / scale, power = 10 ** Math.floor(Math.log10(raw));
    const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw));
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      const x = gutter + (t - this.from) * scale;
      g.fillStyle = color("grid");
      g.fillRect(x, axisHeight, 1, height);
      g.fillStyle = color("text");
      g.fillText(format(t), x + 3, axisHeight / 2);
    }
  }

  /** Items narrower than a pixel are skipped together, so the cost follows the width of the picture. */
  drawLine(g, { items, type, lane }, y, scale, color, chain, width) {
    const { e, from, to } = this;
    let at = firstWhere(items, 0, (i) => e.end[i] >= from);
    if (type === "steps") at = Math.max(0, at - 1);
    while (at < items.length && e.start[items[at]] <= to) {
      const i = items[at], x = Math.max(gutter - 2, gutter + (e.start[i] - from) * scale);
      const next = type === "steps" ? (at + 1 < items.length ? e.start[items[at + 1]] : to) : e.end[i];
      const w = Math.max(1, Math.min(width, gutter + (Math.min(next, to) - from) * scale) - x);
      if (type === "steps") {
        const h = Math.max(1, (Math.min(15, e.args[3 * i]) / 15) * (lineHeight - 2));
        g.fillStyle = color("lane0");
        g.fillRect(x, y + lineHeight - 1 - h, w, h);
      } else {
        g.globalAlpha = chain !== 0 && e.correlation[i] !== chain ? 0.35 : 1;
        g.fillStyle = i === this.selected ? color("selected") : color("lane" + (lane % 8));
        g.fillRect(x, y + 1, type === "instants" ? Math.max(2, 0) : w, lineHeight - 2);
        if (w > 24 && type === "spans") {
          g.fillStyle = color("bar-text");
          g.save();
          g.beginPath();
          g.rect(x, y, w - 2, lineHeight);
          g.clip();
          g.fillText(head.names[e.name[i]], x + 3, y + lineHeight / 2);
          g.restore();
        }
        g.globalAlpha = 1;
      }
      const past = from + (x + 1 - gutter) / scale;
      at = w > 1 ? at + 1 : firstWhere(items, at + 1, (j) => e.end[j] >= past);
    }
  }

  /** The table twin of the picture: events in view that match the search. */
  list() {
    const { e, count, search } = this;
    const body = byId("rows"), rows = [];
    let matches = 0;
    for (let i = 0; i < count && e.start[i] <= this.to; i++) {
      if (e.end[i] < this.from || (search && !head.names[e.name[i]].toLowerCase().includes(search))) continue;
      if (++matches <= mostRows) rows.push(i);
    }
    body.replaceChildren(...rows.map((i) => {
      const row = document.createElement("tr");
      const cells = [format(e.start[i]), e.isSpan[i] ? format(e.end[i] - e.start[i]) : "", head.lanes[e.lane[i]], head.names[e.name[i]], describe(e, i)];
      for (const text of cells) row.appendChild(document.createElement("td")).textContent = text;
      row.tabIndex = 0;
      if (i === this.selected) row.className = "selected";
      row.addEventListener("click", () => this.select(i));
      row.addEventListener("keydown", (event) => { if (event.key === "Enter") { this.select(i); this.reveal(i); } });
      return row;
    }));
    byId("count").textContent = (matches > mostRows ? "first " + mostRows + " of " : "") + matches + " events in view";
  }
}

(async () => {
  const blocks = [];
  for (const block of document.querySelectorAll(".block")) {
    blocks.push(await inflate(block.textContent));
    block.remove();
  }
  const events = unpack(blocks, head.count);
  new Viewer(events, head.count, layOut(events, head.count));
  document.body.dataset.state = "ready";
})().catch((error) => { byId("count").textContent = "The trace in this page cannot be shown: " + error.message; });
`;
