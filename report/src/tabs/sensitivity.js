// Which axes matter: Morris's mu* against sigma, Sobol's indices with their intervals.
import {figure, grid, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice, ending} from "../dom.js";
import {ink, series} from "../palette.js";
import {set, state} from "../state.js";
import {outcomesOf} from "../sweep.js";

export async function sensitivity(place, facts, current) {
    const measures = await table("sensitivity");
    if (!current()) return;
    const outcomes = outcomesOf(measures);
    const at = Object.fromEntries(measures.names.map((name) => [name, measures.at(name)]));
    let outcome = outcomes.includes(state.outcome) ? state.outcome : outcomes.find((name) => !name.startsWith("escalation_")) ?? outcomes[0];
    const rows = (...names) => measures.where((row) => row[at.outcome] === outcome && names.includes(row[at.measure]));
    const estimates = (name) => new Map(rows(name).map((i) => measures.rows[i]).map((row) => [row[at.axis], {value: number(row[at.value]), low: number(row[at.low]), high: number(row[at.high])}]));
    const kinds = new Set(measures.text("measure"));
    const shown = [];
    const controls = () => [choice("Outcome", outcomes, outcome, (id) => { outcome = id; set({outcome}); for (const one of shown) { one.describe(one.title(), one.text()); one.draw(); } })];
    const interval = ({value, low, high}) => `<b>${brief(value)}</b> (${brief(low)} to ${brief(high)})`;
    function add(spec) {
        const one = Object.assign(figure({...spec, title: spec.title(), text: spec.text(), controls: shown.length ? [] : controls()}), {title: spec.title, text: spec.text});
        shown.push(one);
        place.append(one.element);
        one.draw();
    }
    const bars = (names) => () => {
        const all = names.map((name) => [name, estimates(name)]).filter(([, map]) => map.size);
        const axes = [...all[all.length - 1][1]].sort((p, q) => (q[1].value || 0) - (p[1].value || 0)).map(([axis]) => axis);
        const values = all.flatMap(([, map]) => [...map.values()].flatMap(({value, low, high}) => [value, low, high])).filter(Number.isFinite).concat(0);
        const narrow = place.clientWidth < 600;
        return {
            grid: {left: narrow ? 170 : 230, right: 20, top: 10, bottom: 64}, legend: {bottom: 0, data: all.map(([name]) => name)},
            tooltip: {confine: true, formatter: ({dataIndex, seriesName}) => `${axes[dataIndex]}<br>${seriesName}: ${interval(all.find(([name]) => name === seriesName)[1].get(axes[dataIndex]))}`},
            xAxis: {type: "value", ...reach(values), axisLabel: {formatter: brief, hideOverlap: true}},
            yAxis: {type: "category", data: axes, inverse: true, axisLabel: {width: narrow ? 160 : 220, overflow: "truncate", interval: 0, formatter: (axis) => ending(axis, narrow ? 24 : 30)}},
            series: [...all.map(([name, map], s) => ({name, type: "bar", barGap: "10%", itemStyle: {color: series()[s]}, data: axes.map((axis) => map.get(axis)?.value)})),
                ...all.map(([name, map], s) => {
                    const spread = whiskers(`${name}, 95 %`, axes.map((axis, i) => [i, map.get(axis)?.low, map.get(axis)?.high]), ink().ink, false);
                    const shift = all.length === 1 ? 0 : s === 0 ? -0.2 : 0.2; // of a band: onto its own bar
                    const render = spread.renderItem;
                    spread.renderItem = (params, api) => {
                        const group = render(params, api);
                        return group && {...group, y: shift * api.size([0, 1])[1]};
                    };
                    return spread;
                })],
        };
    };
    const height = (names) => () => 110 + 30 * Math.max(3, new Set(rows(...names).map((i) => measures.rows[i][at.axis])).size);
    if (kinds.has("mu_star")) {
        add({
            id: "morris", title: () => `What moves ${outcome} (Morris)`, height: 460,
            text: () => "μ* is the mean size of an axis's effects, σ how much they differ: far right matters, far up interacts or bends. Whiskers are bootstrap 95 % intervals of μ*.",
            csv: () => measures.csv(rows("mu", "mu_star", "sigma")),
            option: () => {
                const star = estimates("mu_star"), sigma = estimates("sigma");
                const axes = [...star.keys()];
                const strong = new Set([...axes].sort((p, q) => (star.get(q).value || 0) - (star.get(p).value || 0)).slice(0, 12));
                return {
                    grid: grid({left: 66, bottom: 50}),
                    tooltip: {confine: true, formatter: ({name}) => `${name}<br>μ* ${interval(star.get(name))}<br>σ ${interval(sigma.get(name))}`},
                    xAxis: {type: "value", ...reach([0, ...[...star.values()].flatMap(({value, high}) => [value, high])]), name: "μ*", nameLocation: "middle", nameGap: 28, axisLabel: {formatter: brief, hideOverlap: true}},
                    yAxis: {type: "value", ...reach([0, ...[...sigma.values()].map(({value}) => value)]), name: "σ", axisLabel: {formatter: brief}},
                    series: [{
                        name: "axes", type: "scatter", symbolSize: 10, z: 4, labelLayout: {hideOverlap: true},
                        data: axes.map((axis) => ({name: axis, value: [star.get(axis).value, sigma.get(axis).value], label: {show: strong.has(axis), formatter: ending(axis, 30), position: "top", color: ink().ink}})),
                    }, whiskers("95 %", axes.map((axis) => [sigma.get(axis).value, star.get(axis).low, star.get(axis).high]), series()[0], false)],
                };
            },
        });
        add({id: "mu_star", title: () => `Mean effects on ${outcome}`, text: () => "μ* of every axis with its bootstrap 95 % interval.", height: height(["mu_star"]), option: bars(["mu_star"]), csv: () => measures.csv(rows("mu_star"))});
    }
    if (kinds.has("total"))
        add({id: "sobol", title: () => `Who owns the variance of ${outcome} (Sobol)`, text: () => "Share of the variance an axis owns alone (first) and with all its interactions (total), with bootstrap 95 % intervals.",
            height: height(["first", "total"]), option: bars(["first", "total"]), csv: () => measures.csv(rows("first", "total"))});
    if (kinds.has("second")) {
        add({
            id: "second", title: () => `Interactions behind ${outcome}`, text: () => "Share of the variance that two axes own together beyond what each owns alone.", height: 420, csv: () => measures.csv(rows("second")),
            option: () => {
                const list = rows("second").map((i) => measures.rows[i]).sort((p, q) => (number(q[at.value]) || 0) - (number(p[at.value]) || 0)).slice(0, 20);
                return {
                    grid: {left: 220, right: 20, top: 10, bottom: 40},
                    tooltip: {confine: true, formatter: ({dataIndex}) => `${list[dataIndex][at.axis]} × ${list[dataIndex][at.with]}: <b>${brief(number(list[dataIndex][at.value]))}</b> (${brief(number(list[dataIndex][at.low]))} to ${brief(number(list[dataIndex][at.high]))})`},
                    xAxis: {type: "value"}, yAxis: {type: "category", inverse: true, data: list.map((row) => `${ending(row[at.axis], 15)} × ${ending(row[at.with], 15)}`), axisLabel: {width: 210, overflow: "truncate", interval: 0}},
                    series: [{name: "second", type: "bar", barMaxWidth: 20, data: list.map((row) => number(row[at.value]))}, whiskers("95 %", list.map((row, i) => [i, number(row[at.low]), number(row[at.high])]), ink().ink, false)],
                };
            },
        });
    }
}
