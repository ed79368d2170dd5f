// What the tabs of a sweep share.
import {number} from "./data.js";
import {brief} from "./dom.js";

// The axes: the columns between `point` and `outcome`.
export const axesOf = (table) => table.names.slice(1, table.at("outcome"));

export const outcomesOf = (table) => [...new Set(table.text("outcome"))];

// Different values of a column among some rows, in order: numbers by size, words by alphabet.
export function values(table, column, positions) {
    const c = table.at(column);
    const all = [...new Set(positions.map((i) => table.rows[i][c]))].filter((text) => text !== "");
    const words = all.some((text) => Number.isNaN(number(text)));
    return {all: all.sort(words ? undefined : (x, y) => number(x) - number(y)), words};
}

// Point 0 is the scenario as it is where its axes are empty.
export function isBase(table, row) {
    return axesOf(table).every((axis) => row[table.at(axis)] === "");
}

// Where the row of the scenario as it is stands for an outcome; undefined where it was not run.
export const baseOf = (table, outcome) =>
    table.where((row) => row[table.at("outcome")] === outcome && isBase(table, row))[0];

// " LABEL: mean (low to high)." of that row, or nothing.
export function asItIs(table, outcome, label) {
    const i = table ? baseOf(table, outcome) : undefined;
    if (i === undefined) return "";
    const of = (name) => brief(number(table.rows[i][table.at(name)]));
    return ` ${label}: ${of("mean")} (${of("low")} to ${of("high")}).`;
}
