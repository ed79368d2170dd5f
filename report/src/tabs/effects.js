// Paired differences from the scenario as it is, greatest first: a tornado.
import {figure, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {ink, series} from "../palette.js";
import {set, state} from "../state.js";
import {asItIs, axesOf, outcomesOf, values} from "../sweep.js";

const most = 30;

export async function effects(place, facts, current) {
    const [differences, summary] = await Promise.all(["effects", "summary"].map(table));
    if (!current()) return;
    const axes = axesOf(differences), outcomes = outcomesOf(differences);
    const at = Object.fromEntries(differences.names.map((name) => [name, differences.at(name)]));
    let outcome = outcomes.includes(state.outcome) ? state.outcome : outcomes.find((name) => !name.startsWith("escalation_")) ?? outcomes[0];
    // What most points have in common need not be said of each.
    const all = differences.rows.map((_, i) => i);
    const usual = Object.fromEntries(axes.map((axis) => {
        const counts = new Map();
        for (const row of differences.rows) counts.set(row[at[axis]], (counts.get(row[at[axis]]) ?? 0) + 1);
        const [value, count] = [...counts].sort((p, q) => q[1] - p[1])[0];
        return [axis, values(differences, axis, all).all.length > 1 && count > 0.5 * all.length ? value : null];
    }));
    const name = (row) => axes.filter((axis) => row[at[axis]] !== "" && row[at[axis]] !== usual[axis])
        .map((axis) => `${axis} = ${Number.isNaN(number(row[at[axis]])) ? row[at[axis]] : brief(number(row[at[axis]]))}`).join(", ") || `point ${row[at.point]}`;
    const rows = () => differences.where((row) => row[at.outcome] === outcome && row[at.difference] !== "")
        .sort((i, j) => Math.abs(number(differences.rows[j][at.difference])) - Math.abs(number(differences.rows[i][at.difference])));
    const title = () => `What changes ${outcome}`;
    const text = () => `Mean difference from the scenario as it is, with the same chance on both sides, and its 95 % interval; the ${Math.min(most, rows().length)} greatest of ${rows().length} points.${asItIs(summary, outcome, "As it is")}`;
    const option = () => {
        const list = rows().slice(0, most).map((i) => differences.rows[i]);
        const names = list.map(name);
        const ends = list.flatMap((row) => [number(row[at.low]), number(row[at.high]), number(row[at.difference])]).filter(Number.isFinite).concat(0);
        const narrow = one?.place.clientWidth < 600;
        return {
            grid: {left: narrow ? 110 : 260, right: 24, top: 10, bottom: 40},
            tooltip: {confine: true, formatter: ({dataIndex}) => {
                const row = list[dataIndex];
                return `${names[dataIndex]}<br><b>${brief(number(row[at.difference]))}</b> (${brief(number(row[at.low]))} to ${brief(number(row[at.high]))}), ${row[at.pairs]} pairs of runs`;
            }},
            xAxis: {type: "value", ...reach(ends), axisLabel: {formatter: brief, hideOverlap: true}},
            yAxis: {type: "category", data: names, inverse: true, axisLabel: {width: narrow ? 100 : 250, overflow: "truncate", interval: 0}},
            series: [
                {name: "difference", type: "bar", barMaxWidth: 16, data: list.map((row) => {
                    const d = number(row[at.difference]);
                    return {value: d, itemStyle: {color: d < 0 ? series()[0] : series()[1]}};
                })},
                whiskers("95 %", list.map((row, i) => [i, number(row[at.low]), number(row[at.high])]), ink().ink, false),
            ],
        };
    };
    const draw = () => { one.describe(title(), text()); one.draw(); };
    const one = figure({
        id: "effects", title: title(), text: text(), wide: true, height: () => 70 + 22 * Math.min(most, rows().length), option, csv: () => differences.csv(rows()),
        controls: [choice("Outcome", outcomes, outcome, (id) => { outcome = id; set({outcome}); draw(); })],
    });
    place.append(one.element);
    draw();
}
