// Estimated coefficients with their 95 % intervals.
import {figure, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {classNames, ink, series} from "../palette.js";
import {set, state} from "../state.js";

export async function coefficients(place, facts, current) {
    const fit = await table("fit");
    if (!current()) return;
    const at = Object.fromEntries(fit.names.map((name) => [name, fit.at(name)]));
    const of = [...new Set(fit.text("class"))];
    let chosen = of.includes(state.class) ? state.class : of[0];
    const text = "Estimates with their 95 % intervals. A hollow circle stands at its bound; a hollow diamond has no standard error. Intervals that leave the picture are cut off.";
    const atBound = (row) => /bound/.test(row[at.note]);
    const rows = () => fit.where((row) => row[at.class] === chosen);
    const title = () => `Coefficients of ${classNames[chosen] ?? chosen}`;
    const option = () => {
        const list = rows().map((i) => fit.rows[i]);
        const known = list.map((row) => [number(row[at.low95]), number(row[at.high95])]);
        const estimates = list.map((row) => number(row[at.estimate]));
        // One interval of a coefficient that the data hardly know must not press all others together.
        const sizes = [...known.flat(), ...estimates].filter(Number.isFinite).map(Math.abs).sort((x, y) => x - y);
        const most = Math.max(3 * (sizes[Math.floor(0.9 * sizes.length)] ?? 1), ...estimates.filter(Number.isFinite).map(Math.abs));
        const around = [...known.flat(), ...estimates].filter((x) => Math.abs(x) <= most).concat(0, known.some(([low]) => low < -most) ? -most : 0, known.some(([, high]) => high > most) ? most : 0);
        const narrow = one?.place.clientWidth < 600;
        return {
            grid: {left: narrow ? 120 : 240, right: 24, top: 24, bottom: 40},
            tooltip: {confine: true, formatter: ({dataIndex}) => {
                const row = list[dataIndex];
                return `${row[at.parameter]}<br><b>${row[at.estimate]}</b>${row[at.se] ? ` (${brief(known[dataIndex][0])} to ${brief(known[dataIndex][1])}), z ${brief(number(row[at.z]))}` : `, ${row[at.note] || "no standard error"}`}`;
            }},
            xAxis: {type: "value", ...reach(around), position: "top", axisLabel: {formatter: brief, hideOverlap: true}},
            yAxis: {type: "category", inverse: true, data: list.map((row) => row[at.parameter]), axisLabel: {interval: 0, width: narrow ? 110 : 230, overflow: "truncate", fontSize: 11}},
            series: [
                {name: "estimate", type: "scatter", symbolSize: 8, z: 4, data: list.map((row, i) => ({value: [number(row[at.estimate]), i], symbol: row[at.se] ? "circle" : atBound(row) ? "emptyCircle" : "emptyDiamond", symbolSize: row[at.se] ? 8 : 9})),
                    markLine: {silent: true, symbol: "none", label: {show: false}, lineStyle: {color: ink().faint, type: "solid"}, data: [{xAxis: 0}]}},
                whiskers("95 %", known.map(([low, high], i) => [i, low, high]).filter((v) => v.every(Number.isFinite)), series()[0], false, true),
            ],
        };
    };
    const draw = () => { one.describe(title(), text); one.draw(); };
    const one = figure({
        id: "coefficients", title: title(), text, wide: true, height: () => 80 + 20 * rows().length, option, csv: () => fit.csv(rows()),
        controls: [choice("Class", of.map((id) => [id, classNames[id] ?? id]), chosen, (id) => { chosen = id; set({class: id}); draw(); })],
    });
    place.append(one.element);
    draw();
}
