// An outcome over the axes of a sweep: a line with its interval over one, a heat map over two, and of more
// axes the two that are chosen, the others held where they are chosen.
import {band, figure, grid, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {ink, ramp, series} from "../palette.js";
import {set, state} from "../state.js";
import {asItIs, axesOf, baseOf, isBase, outcomesOf, values} from "../sweep.js";

export async function points(place, facts, current) {
    const summary = await table("summary");
    if (!current()) return;
    const axes = axesOf(summary), outcomes = outcomesOf(summary);
    const at = Object.fromEntries(summary.names.map((name) => [name, summary.at(name)]));
    let outcome = outcomes.includes(state.outcome) ? state.outcome : outcomes.find((name) => !name.startsWith("escalation_")) ?? outcomes[0];
    const designed = summary.where((row) => row[at.outcome] === outcomes[0] && !isBase(summary, row));
    const of = Object.fromEntries(axes.map((axis) => [axis, values(summary, axis, designed)]));
    const varied = axes.filter((axis) => of[axis].all.length > 1);
    // A grid is crossed: it has (nearly) as many points as combinations of values.
    const crossed = varied.length > 1 && designed.length >= 0.9 * varied.reduce((n, axis) => n * of[axis].all.length, 1);
    let x = varied.includes(state.x) ? state.x : varied[0] ?? axes[0], y = varied.includes(state.y) && state.y !== x ? state.y : varied.find((axis) => axis !== x);
    let flat = !crossed || state.flat === "yes";
    const held = {};
    const others = () => (crossed ? varied.filter((axis) => axis !== x && (flat || axis !== y)) : []);
    const rows = () => summary.where((row) => row[at.outcome] === outcome && !isBase(summary, row) &&
        others().every((axis) => row[at[axis]] === (held[axis] ??= of[axis].all[0])));
    const base = () => baseOf(summary, outcome);
    const holds = () => (others().length ? ` With ${others().map((axis) => `${axis} = ${held[axis] ??= of[axis].all[0]}`).join(", ")}.` : "");
    const title = () => (flat ? `${outcome} by ${x}` : `${outcome} by ${x} and ${y}`);
    const text = () => (flat ? `Mean of the runs with its 95 % interval${base() === undefined ? "" : "; the dotted line is the scenario as it is"}.` : "Mean of the runs.") + holds() + asItIs(summary, outcome, "The scenario as it is");

    function line() {
        const list = rows().map((i) => summary.rows[i]), {all, words} = of[x];
        const place_ = (row) => (words ? all.indexOf(row[at[x]]) : number(row[at[x]]));
        const data = list.map((row) => ({value: [place_(row), number(row[at.mean])], row})).sort((p, q) => p.value[0] - q.value[0]);
        const single = new Set(data.map(({value}) => value[0])).size === data.length;
        const interval = data.map(({value, row}) => [value[0], number(row[at.low]), number(row[at.high])]).filter((v) => v.every(Number.isFinite));
        const main = {name: "mean", type: single && !words ? "line" : "scatter", symbol: "circle", symbolSize: 7, data, z: 5};
        const own = base();
        if (own !== undefined)
            main.markLine = {silent: true, symbol: "none", lineStyle: {type: "dotted", color: ink().faint}, label: {formatter: "as it is", color: ink().ink, position: "insideEndTop"}, data: [{yAxis: number(summary.rows[own][at.mean])}]};
        const ends = data.flatMap(({row}) => ["mean", "low", "high"].map((name) => number(row[at[name]]))).filter(Number.isFinite);
        if (own !== undefined) ends.push(number(summary.rows[own][at.mean]));
        return {
            grid: grid({left: 70, bottom: 48}),
            tooltip: {confine: true, formatter: ({data: {row}}) => tell(row)},
            xAxis: words ? {type: "category", data: all, name: x, nameLocation: "middle", nameGap: 28} : {type: "value", scale: true, name: x, nameLocation: "middle", nameGap: 28},
            yAxis: {type: "value", ...reach(ends), axisLabel: {formatter: brief}},
            series: [main, ...(!interval.length ? [] : single && !words
                ? [band("95 %", interval.map((v) => v[0]), interval.map((v) => v[1]), interval.map((v) => v[2]), 0.25)]
                : [whiskers("95 %", interval, series()[0], true)])],
        };
    }
    const tell = (row) => `${axes.filter((axis) => row[at[axis]] !== "").map((axis) => `${axis} ${row[at[axis]]}`).join("<br>")}<br>${outcome}: <b>${brief(number(row[at.mean]))}</b> (${brief(number(row[at.low]))} to ${brief(number(row[at.high]))}), ${row[at.runs]} runs`;
    function map() {
        const list = rows().map((i) => summary.rows[i]).filter((row) => row[at.mean] !== "");
        const data = list.map((row) => ({value: [of[x].all.indexOf(row[at[x]]), of[y].all.indexOf(row[at[y]]), number(row[at.mean])], row}));
        const means = data.map(({value}) => value[2]);
        const [low, high] = [Math.min(...means), Math.max(...means)];
        const short = (text) => (Number.isNaN(number(text)) ? text : brief(number(text)));
        return {
            grid: {left: 90, right: 20, top: 32, bottom: 100},
            tooltip: {confine: true, formatter: ({data: {row}}) => tell(row)},
            xAxis: {type: "category", data: of[x].all, name: x, nameLocation: "middle", nameGap: 28, axisLabel: {formatter: short}},
            yAxis: {type: "category", data: of[y].all, name: y, axisLabel: {formatter: short}},
            visualMap: {min: low, max: high > low ? high : low + 1, orient: "horizontal", left: "center", bottom: 0, inRange: {color: ramp()}, text: [brief(high), brief(low)]},
            series: [{type: "heatmap", data}],
        };
    }
    const controls = () => [
        choice("Outcome", outcomes, outcome, (name) => { outcome = name; set({outcome}); draw(); }),
        varied.length > 1 ? choice("Across", varied, x, (axis) => { if (axis === y) y = x; x = axis; set({x, y}); draw(true); }) : null,
        crossed ? choice("Up", [["", "the outcome"], ...varied.filter((axis) => axis !== x)], flat ? "" : y, (axis) => { flat = axis === ""; if (!flat) y = axis; set({flat: flat ? "yes" : null, y}); draw(true); }) : null,
        ...others().map((axis) => choice(`${axis} =`, of[axis].all, held[axis] ?? of[axis].all[0], (value) => { held[axis] = value; draw(); })),
    ].filter(Boolean);
    const draw = (again) => {
        one.describe(title(), text());
        if (again) one.element.querySelector(".controls").replaceChildren(...controls());
        one.draw();
    };
    const one = figure({id: "points", title: title(), text: text(), wide: true, height: 480, controls: controls(), option: () => (flat ? line() : map()), csv: () => summary.csv(rows())});
    place.append(one.element);
    draw();
}
