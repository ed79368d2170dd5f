// What actors do and draw upon themselves beyond everything else in the fit.
import {figure, reach, whiskers} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {classNames, ink, series} from "../palette.js";
import {set, state} from "../state.js";
import {sortable} from "./crises.js";

const most = 40, two_sided_95 = 1.959964;

export async function doctrines(place, facts, current) {
    const actors = await table("actors");
    if (!current()) return;
    const at = Object.fromEntries(actors.names.map((name) => [name, actors.at(name)]));
    const of = [...new Set(actors.text("class"))], sides = [...new Set(actors.text("as"))];
    let chosen = of.includes(state.class) ? state.class : of[0], side = sides.includes(state.as) ? state.as : sides[0];
    const rows = () => actors.where((row) => row[at.class] === chosen && row[at.as] === side)
        .sort((i, j) => Math.abs(number(actors.rows[j][at.effect])) - Math.abs(number(actors.rows[i][at.effect])));
    const title = () => `Actors as ${side} of ${classNames[chosen] ?? chosen}`;
    const text = () => `Effect on the logarithm of the rate with its 95 % interval; 0 is the average actor. The ${Math.min(most, rows().length)} that differ most of ${rows().length}.`;
    const option = () => {
        const list = rows().slice(0, most).map((i) => actors.rows[i]);
        const ends = list.map((row) => [-1, 1].map((sign) => number(row[at.effect]) + sign * two_sided_95 * number(row[at.se])));
        const around = ends.flat().filter(Number.isFinite).concat(0);
        return {
            grid: {left: 90, right: 24, top: 24, bottom: 40},
            tooltip: {confine: true, formatter: ({dataIndex}) => `${list[dataIndex][at.actor]}<br>effect <b>${list[dataIndex][at.effect]}</b>, se ${list[dataIndex][at.se]}<br>rates times ${list[dataIndex][at.factor]}`},
            xAxis: {type: "value", ...reach(around), axisLabel: {formatter: brief, hideOverlap: true}},
            yAxis: {type: "category", inverse: true, data: list.map((row) => row[at.actor]), axisLabel: {interval: 0, fontSize: 11}},
            series: [
                {name: "effect", type: "scatter", symbolSize: 8, z: 4, data: list.map((row, i) => [number(row[at.effect]), i]),
                    markLine: {silent: true, symbol: "none", label: {show: false}, lineStyle: {color: ink().faint, type: "solid"}, data: [{xAxis: 0}]}},
                whiskers("95 %", ends.map(([low, high], i) => [i, low, high]), series()[0], false),
            ],
        };
    };
    const draw = () => { one.describe(title(), text()); one.draw(); };
    const one = figure({
        id: "doctrines", title: title(), text: text(), wide: true, height: () => 80 + 20 * Math.min(most, rows().length), option, csv: () => actors.csv(rows()),
        controls: [choice("Class", of.map((id) => [id, classNames[id] ?? id]), chosen, (id) => { chosen = id; set({class: id}); draw(); }),
            choice("As", sides, side, (id) => { side = id; set({as: id}); draw(); })],
    });
    place.append(one.element);
    draw();
    place.append(sortable({id: "actors", title: "All actors", text: "factor = exp(effect) multiplies the rates.", source: actors}));
}
