// An outcome over time at a point of a sweep.
import {band, dateAxis, figure, grid, reach} from "../chart.js";
import {number, table} from "../data.js";
import {brief, choice} from "../dom.js";
import {ink} from "../palette.js";
import {set, state} from "../state.js";
import {axesOf, outcomesOf} from "../sweep.js";

export async function sweepBands(place, facts, current) {
    const [bands, design] = [await table("bands"), await table("summary")];
    if (!current()) return;
    const outcomes = outcomesOf(bands);
    let outcome = outcomes.includes(state.outcome) ? state.outcome : outcomes[0];
    const names = new Map();
    for (const row of design?.rows ?? [])
        names.set(row[0], axesOf(design).map((axis) => [axis, row[design.at(axis)]]).filter(([, value]) => value !== "")
            .map(([axis, value]) => `${axis} ${Number.isNaN(number(value)) ? value : brief(number(value))}`).join(", ") || "as it is");
    const all = [...new Set(bands.text("point"))];
    let point = all.includes(state.point) ? state.point : all[0];
    const at = Object.fromEntries(bands.names.map((name) => [name, bands.at(name)]));
    const rows = () => bands.where((row) => row[at.point] === point && row[at.outcome] === outcome);
    const title = () => `${outcome} over time, ${names.get(point) === "as it is" ? "the scenario as it is" : `point ${point}`}`;
    const text = () => `${names.get(point) ?? ""}. Median with bands that hold 50 and 90 % of the runs, of the value the outcome would have if the run ended after this tick.`;
    const option = () => {
        const list = rows().map((i) => bands.rows[i]);
        const column = (name) => list.map((row) => number(row[at[name]]));
        const dates = list.map((row) => row[at.date]), x = list.map((_, i) => i);
        const ends = [...column("q05"), ...column("q95")];
        return {
            grid: grid({left: 70, bottom: 64}), legend: {bottom: 0, data: ["median", "50 %", "90 %"]},
            tooltip: {trigger: "axis", confine: true, formatter: (points) => {
                const row = list[points[0].dataIndex];
                const of = (name) => brief(number(row[at[name]]));
                return `${row[at.date]}<br>median <b>${of("median")}</b>, mean ${of("mean")}<br>50 %: ${of("q25")} to ${of("q75")}<br>90 %: ${of("q05")} to ${of("q95")}`;
            }},
            xAxis: dateAxis(dates), yAxis: {type: "value", ...reach(ends), axisLabel: {formatter: brief}},
            series: [
                {name: "median", type: "line", symbol: "none", z: 5, lineStyle: {width: 2.5, color: ink().ink}, itemStyle: {color: ink().ink}, data: column("median").map((y, i) => [i, y])},
                band("90 %", x, column("q05"), column("q95"), 0.2), band("50 %", x, column("q25"), column("q75"), 0.52),
            ],
        };
    };
    const draw = () => { one.describe(title(), text()); one.draw(); };
    const one = figure({
        id: "time", title: title(), text: text(), wide: true, height: 440, option, keys: () => rows().length, csv: () => bands.csv(rows()),
        controls: [choice("Outcome", outcomes, outcome, (id) => { outcome = id; set({outcome}); draw(); }),
            choice("Point", all.map((id) => [id, `${id}: ${names.get(id) ?? ""}`]), point, (id) => { point = id; set({point}); draw(); })],
    });
    place.append(one.element);
    draw();
}
