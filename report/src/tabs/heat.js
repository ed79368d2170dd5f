// Pairs over time, by rung or by what they did to each other.
import {figure} from "../chart.js";
import {table} from "../data.js";
import {brief, choice, escape} from "../dom.js";
import {pairName} from "../names.js";
import {ramp} from "../palette.js";
import {go, set, state} from "../state.js";
import {dateOf, rankPairs} from "./ladders.js";

const most = 104; // columns; longer runs show every second, third … tick

export async function heat(place, facts, current) {
    const dyads = await table("dyads"), bands = await table("ladders");
    if (!current()) return;
    const source = dyads ?? bands;
    const measures = dyads
        ? [["rung", "Rung"], ["conflict", "Conflict, acts a day in both directions"], ["coop", "Cooperation, acts a day in both directions"]]
        : [["mean", "Mean rung"], ["p_crisis", "Share of runs in crisis"]];
    let measure = measures.some(([id]) => id === state.measure) ? state.measure : measures[0][0];
    let count = Number(state.rows ?? 25);
    const ranked = rankPairs(source, dyads ? "rung" : "mean");
    const step = Math.ceil(facts.manifest.ticks / most);
    const tickAt = source.at("tick");
    const value = (row) => {
        const of = (name) => Number(row[source.at(name)]);
        if (measure === "conflict" || measure === "coop") return of(`a_to_b_${measure}`) + of(`b_to_a_${measure}`);
        return of(measure);
    };
    const shown = () => ranked.slice(0, count);
    const columns = Math.ceil(facts.manifest.ticks / step);
    // A pair without a row stands at rung 0 and does next to nothing.
    const cells = () => shown().flatMap(({rows}, y) => {
        const at = new Map(rows.map((i) => [Number(source.rows[i][tickAt]), source.rows[i]]));
        return Array.from({length: columns}, (_, x) => [x, y, at.has(x * step) ? value(at.get(x * step)) : 0]);
    });
    const title = () => `${measures.find(([id]) => id === measure)[1]} of pairs over time`;
    const text = () => `The ${Math.min(count, ranked.length)} pairs that rose and stood highest, from above. A click shows the pair on the ladder.` + (step > 1 ? ` Every ${step} ticks.` : "");
    const option = () => {
        const data = cells();
        const top = measure === "rung" || measure === "mean" ? 9 : data.reduce((m, [, , v]) => Math.max(m, v), 1e-9);
        const dates = Array.from({length: columns}, (_, x) => dateOf(facts, x * step));
        return {
            grid: {left: 80, right: 16, top: 8, bottom: 78},
            tooltip: {confine: true, formatter: ({value: [x, y, v]}) => `${dates[x]} ${shown()[y].pair}, ${escape(pairName(facts, shown()[y].pair))}<br><b>${brief(v)}</b>${measure === "rung" ? `, ${facts.rungs[v]}` : ""}`},
            xAxis: {type: "category", data: dates, axisLabel: {hideOverlap: true}},
            yAxis: {type: "category", data: shown().map(({pair}) => pair), inverse: true, axisLabel: {interval: 0, fontSize: 11}},
            visualMap: {min: 0, max: top, calculable: false, orient: "horizontal", left: "center", bottom: 0, itemHeight: 180, inRange: {color: ramp()},
                text: [brief(top), "0"]},
            series: [{type: "heatmap", data}],
        };
    };
    const draw = () => { one.describe(title(), text()); one.draw(); };
    const one = figure({
        id: "heat", title: title(), text: text(), wide: true, height: () => 110 + 18 * Math.min(count, ranked.length), option,
        controls: [
            choice("Colour", measures, measure, (id) => { measure = id; set({measure: id}); draw(); }),
            choice("Pairs", [10, 25, 50, 100].map(String), String(count), (n) => { count = Number(n); set({rows: n}); draw(); }),
        ],
        csv: () => source.csv(shown().flatMap(({rows}) => rows)),
        click: ({value: [x, y]}) => go({tab: "ladders", pair: shown()[y].pair, tick: x * step}),
    });
    place.append(one.element);
    draw();
}
