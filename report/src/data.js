// The tables of the report. Each is CSV text, gzipped, in a script element of its own; it is
// unpacked when somebody first asks for it.

const unpacked = new Map();

async function unpack(name) {
    const element = document.querySelector(`script[data-name="${name}"]`);
    if (!element) return null;
    const packed = atob(element.textContent);
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; ++i) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
}

// The cells of a line; quotes as in RFC 4180.
function cells(line) {
    if (!line.includes('"')) return line.split(",");
    const out = [];
    const pattern = /("(?:[^"]|"")*"|[^,]*)(,|$)/g;
    for (let match; (match = pattern.exec(line));) {
        out.push(match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]);
        if (match[2] === "") break;
    }
    return out;
}

// A CSV table. Lines are kept as they stand in the file, so that what is saved is the file's text.
export class Table {
    constructor(name, text) {
        this.name = name;
        this.lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
        this.header = this.lines.shift();
        if (this.lines.at(-1) === "") this.lines.pop();
        this.names = cells(this.header);
        this.rows = this.lines.map(cells);
    }
    get length() { return this.lines.length; }
    has(column) { return this.names.includes(column); }
    at(column) {
        const index = this.names.indexOf(column);
        if (index < 0) throw new Error(`${this.name} has no column ${column}`);
        return index;
    }
    text(column) { const c = this.at(column); return this.rows.map((row) => row[c]); }
    // Empty cells are no numbers.
    numbers(column) { const c = this.at(column); return this.rows.map((row) => number(row[c])); }
    // Positions of rows by the texts of some columns, joined by "-".
    group(...columns) {
        const at = columns.map((column) => this.at(column));
        const groups = new Map();
        this.rows.forEach((row, i) => {
            const key = at.map((c) => row[c]).join("-");
            if (!groups.has(key)) groups.set(key, []);
            groups.get(key).push(i);
        });
        return groups;
    }
    where(test) {
        const positions = [];
        this.rows.forEach((row, i) => { if (test(row, i)) positions.push(i); });
        return positions;
    }
    csv(positions) {
        const lines = positions ? positions.map((i) => this.lines[i]) : this.lines;
        return [this.header, ...lines, ""].join("\n");
    }
}

export function number(text) {
    return text === "" || text === undefined ? NaN : text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
}

export function table(name) {
    if (!unpacked.has(name))
        unpacked.set(name, unpack(name).then((text) => (text === null ? null : new Table(name, text))));
    return unpacked.get(name);
}

export const has = (name) => document.querySelector(`script[data-name="${name}"]`) !== null;
export const readFacts = async () => JSON.parse(await unpack("facts"));
