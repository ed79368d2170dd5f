// Where an outcome tips: the value of the question's axis at which its probability crosses a level, over another axis.
import {figure, grid, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {ink, series} from "../palette.js";
import {values} from "../sweep.js";
import {sortable} from "./crises.js";

export async function tipping(place, facts, current) {
    const [crossings, design] = [await table("tipping"), await table("design")];
    if (!current()) return;
    const at = Object.fromEntries(crossings.names.map((name) => [name, crossings.at(name)]));
    for (const [question, rows] of crossings.group("tipping")) {
        const {axis, outcome, level} = Object.fromEntries(["axis", "outcome", "level"].map((name) => [name, crossings.rows[rows[0]][at[name]]]));
        const axes = crossings.names.slice(crossings.at("axis") + 1, crossings.at("at")).filter((name) => name !== axis && values(crossings, name, rows).all.length > 0);
        const ranged = axes.filter((name) => values(crossings, name, rows).all.length > 1);
        let over = ranged[0];
        const others = () => ranged.filter((name) => name !== over);
        const tell = (row) => `${axes.map((name) => `${name} ${row[at[name]]}`).join("<br>")}<br>${axis} at <b>${row[at.at] === "" ? "no crossing" : brief(number(row[at.at]))}</b> (${brief(number(row[at.low]))} to ${brief(number(row[at.high]))})`;
        const option = () => {
            const {all, words} = over ? values(crossings, over, rows) : {all: [""], words: true};
            const groups = new Map();
            for (const i of rows) {
                const row = crossings.rows[i];
                const key = others().map((name) => `${name} ${brief(number(row[at[name]]))}`).join(", ") || axis;
                if (!groups.has(key)) groups.set(key, []);
                groups.get(key).push(row);
            }
            const x = (row) => (!over ? 0 : words ? all.indexOf(row[at[over]]) : number(row[at[over]]));
            const ends = rows.flatMap((i) => ["at", "low", "high"].map((name) => number(crossings.rows[i][at[name]])));
            return {
                grid: grid({left: 66, bottom: 70}), legend: groups.size > 1 ? {bottom: 0, type: "scroll", data: [...groups.keys()]} : undefined,
                tooltip: {confine: true, formatter: ({data}) => tell(data.row)},
                xAxis: words ? {type: "category", data: all, name: over, nameLocation: "middle", nameGap: 26} : {type: "value", scale: true, name: over, nameLocation: "middle", nameGap: 26},
                yAxis: {type: "value", ...reach([...ends, ...design.numbers(axis)]), name: axis, nameTextStyle: {align: "left", color: ink().ink}, axisLabel: {formatter: brief}},
                series: [...groups].flatMap(([name, list], s) => [
                    {name, type: "line", symbol: "circle", symbolSize: 8, connectNulls: false, itemStyle: {color: series()[s % 8]}, lineStyle: {color: series()[s % 8]},
                        data: list.map((row) => ({value: [x(row), row[at.at] === "" ? null : number(row[at.at])], row})).sort((p, q) => p.value[0] - q.value[0])},
                    whiskers(`${name}, 95 %`, list.filter((row) => row[at.at] !== "").map((row) => [x(row), number(row[at.low]), number(row[at.high])]), series()[s % 8], true),
                ]),
            };
        };
        const ways = new Set(rows.filter((i) => crossings.rows[i][at.at] !== "").map((i) => crossings.rows[i][at.rising]));
        const crosses = ways.size !== 1 ? "crosses" : ways.has("true") ? "rises above" : "falls below";
        const one = figure({
            id: `tipping-${question}`, title: `${question}: where the probability of ${outcome} ${crosses} ${brief(number(level))}`, wide: true, height: 420,
            text: `The value of ${axis} at which the probability crosses ${brief(number(level))}, with its 95 % interval. Gaps: it does not cross. Arrows: the axis does not reach the end of the interval.`,
            controls: ranged.length > 1 ? [choice("Across", ranged, over, (name) => { over = name; one.draw(); })] : [], option, csv: () => crossings.csv(rows),
        });
        place.append(one.element);
        one.draw();
        place.append(sortable({id: `table-${question}`, title: `${question} in numbers`, text: "An end that the axis does not reach is inf or -inf.", source: crossings, positions: rows}));
    }
}
