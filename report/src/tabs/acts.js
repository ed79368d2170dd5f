// What was done: shares of the classes, and who acted on whom.
import {dateAxis, figure, grid} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice, escape} from "../dom.js";
import {stateName} from "../names.js";
import {classes, classNames, ink, ramp} from "../palette.js";
import {set, state} from "../state.js";
import {sortable} from "./crises.js";

const ids = ["vcoop", "mcoop", "vconf", "mconf"];
const most = 30; // states in the matrix

export async function acts(place, facts, current) {
    const [shares, directed, actors] = await Promise.all(["classes", "directed", "actors"].map(table));
    if (!current()) return;
    const mean = facts.kind === "ensemble" ? ", mean over runs" : "";
    if (shares) {
        const dates = shares.text("date");
        const sums = shares.rows.map((row) => ids.reduce((sum, id) => sum + Number(row[shares.at(id)]), 0));
        const one = figure({
            id: "classes", title: "Shares of the four classes of acts", height: 340,
            text: `Of all acts that states sent in a tick${mean}.`, csv: () => shares.csv(), keys: () => dates.length,
            option: () => ({
                grid: grid({bottom: 66}), legend: {bottom: 0, type: "scroll"},
                tooltip: {trigger: "axis", confine: true, formatter: (points) => {
                    const t = points[0].value[0];
                    return `${dates[t]}<br>${ids.map((id) => `${classNames[id]}: <b>${brief(number(shares.rows[t][shares.at(id)]))}</b>`).join("<br>")}`;
                }},
                xAxis: dateAxis(dates), yAxis: {type: "value", min: 0, max: 100, axisLabel: {formatter: "{value} %"}},
                series: ids.map((id) => ({
                    name: classNames[id], type: "line", stack: "all", symbol: "none", areaStyle: {color: classes[id], opacity: 0.85}, lineStyle: {width: 1, color: ink().panel},
                    itemStyle: {color: classes[id]}, data: shares.rows.map((row, t) => [t, sums[t] ? 100 * Number(row[shares.at(id)]) / sums[t] : 0]),
                })),
            }),
        });
        place.append(one.element);
        one.draw();
    }
    if (directed) {
        let chosen = state.class ?? "conflict";
        const of = (row) => (chosen === "all" ? ids : chosen === "conflict" ? ["vconf", "mconf"] : [chosen])
            .reduce((sum, id) => sum + Number(row[directed.at(id)]), 0);
        const states = () => {
            const total = new Map();
            for (const row of directed.rows)
                for (const id of [row[0], row[1]]) total.set(id, (total.get(id) ?? 0) + of(row));
            return [...total].sort((x, y) => y[1] - x[1]).slice(0, most).map(([id]) => id);
        };
        const text = () => `Rows act, columns are acted on, the colour is the logarithm of the count; the ${Math.min(most, facts.states.length)} states with most such acts.` +
            (facts.runs_of_events ? ` Mean of the first ${facts.runs_of_events} runs.` : "");
        const one = figure({
            id: "matrix", title: "Who acts on whom", text: text(), height: 560, csv: () => directed.csv(),
            controls: [choice("Acts", [["conflict", "conflict"], ["all", "all"], ...ids.map((id) => [id, classNames[id]])], chosen,
                (id) => { chosen = id; set({class: id}); one.draw(); })],
            option: () => {
                const names = states();
                const row = new Map(names.map((id, i) => [id, i]));
                const data = directed.rows.filter((cells) => row.has(cells[0]) && row.has(cells[1]) && of(cells) > 0)
                    .map((cells) => [row.get(cells[1]), row.get(cells[0]), Math.log10(1 + of(cells)), of(cells)]);
                const top = data.reduce((max, cell) => Math.max(max, cell[2]), 0.01);
                return {
                    grid: {left: 52, right: 12, top: 52, bottom: 60},
                    tooltip: {confine: true, formatter: ({value: [x, y, , acts]}) => `${names[y]} ${escape(stateName(facts, names[y]))} on ${names[x]} ${escape(stateName(facts, names[x]))}: <b>${brief(acts)}</b> acts`},
                    xAxis: {type: "category", data: names, position: "top", axisLine: {show: false}, axisTick: {show: false}, axisLabel: {rotate: 90, interval: 0, fontSize: 11}},
                    yAxis: {type: "category", data: names, inverse: true, axisLine: {show: false}, axisTick: {show: false}, axisLabel: {interval: 0, fontSize: 11}},
                    visualMap: {min: 0, max: top, dimension: 2, orient: "horizontal", left: "center", bottom: 0, inRange: {color: ramp()},
                        text: [`${brief(10 ** top - 1)} acts`, "0"]},
                    series: [{type: "heatmap", data, encode: {value: 2}}],
                };
            },
        });
        place.append(one.element);
        one.draw();
    }
    if (actors)
        place.append(sortable({id: "actors", title: "States", text: `Acts sent and received by class${mean}.`, source: actors, facts}));
}
