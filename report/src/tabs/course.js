// The world's escalation over time, on any scale: of a run its line, of an ensemble bands and some runs.
import {dateAxis, figure, grid, marks, quantileBands, reach} from "../chart.js";
import {table} from "../data.js";
import {brief, choice, escape, tick} from "../dom.js";
import {ink} from "../palette.js";
import {set, state} from "../state.js";
import {scriptList, scriptMarks, scriptOf, timelineList, timelineMarks, timelineOf} from "../timeline.js";

export const quantities = [
    ["escalation_goldstein", "Escalation, Goldstein scale"], ["escalation_plover", "Escalation, PLOVER scale"],
    ["escalation_rivera", "Escalation, Rivera scale"], ["escalation_mid", "Escalation, MID hostility"],
    ["escalation_kahn", "Escalation, Kahn's ladder"], ["messages", "Messages"], ["crises_open", "Crises under way"],
    ["max_rung", "Highest rung of any pair"], ["balance", "Structural balance (share of balanced triads)"],
];

export async function course(place, facts, current) {
    const [system, bands, timeline] = await Promise.all([table("system"), table("bands"), timelineOf(facts)]);
    if (!current()) return;
    let chosen = quantities.some(([id]) => id === state.scale) ? state.scale : "escalation_goldstein";
    const script = scriptOf(facts);
    let perMessage = state.per === "message";
    const dates = bands ? [...bands.group("date").keys()] : system.text("date");
    const rows = () => bands.group("quantity").get(chosen);
    const runs = bands ? [...system.group("replication").keys()] : [];
    const messages = system.numbers("messages");
    const value = (i) => {
        const x = Number(system.rows[i][system.at(chosen)]);
        return perMessage && chosen.startsWith("escalation") ? (messages[i] ? x / messages[i] : null) : x;
    };
    const name = () => quantities.find(([id]) => id === chosen)[1];
    const text = () => (bands
        ? `The median of ${facts.manifest.replications} runs with bands that hold 50, 80 and 95 % of them, and the first ${runs.length} runs as thin lines.`
        : "Sum over the messages of a tick; hostility is positive on every scale.") + (timeline.length ? " Dashed: what was reported in fact, numbered as in the list below." : "") +
        (script.length ? " Lines with a name: scripted events and shocks." : "");

    const option = () => {
        const [median, single] = [ink().ink, ink().faint];
        const lines = [];
        if (bands) {
            const at = rows();
            const column = (id) => { const c = bands.at(id); return at.map((i) => Number(bands.rows[i][c])); };
            const x = at.map((_, i) => i);
            lines.push({name: "median", type: "line", symbol: "none", z: 5, lineStyle: {width: 2.5, color: median}, itemStyle: {color: median}, data: column("median").map((y, i) => [i, y])});
            lines.push(...quantileBands(x, column));
            for (const run of runs)
                lines.push({name: `run ${run}`, type: "line", symbol: "none", z: 4, lineStyle: {width: 0.8, color: single, opacity: 0.5},
                    itemStyle: {color: single}, data: system.group("replication").get(run).map((i, t) => [t, Number(system.rows[i][system.at(chosen)])])});
        } else {
            lines.push({name: name(), type: "line", symbol: "none", lineStyle: {width: 2}, data: system.rows.map((_, i) => [i, value(i)])});
        }
        lines[0].markLine = marks([...timelineMarks(timeline), ...scriptMarks(script)]);
        // The bands draw beyond their one datum, so the axis is told how far they reach.
        const ends = bands ? rows().flatMap((i) => ["q025", "q975"].map((id) => Number(bands.rows[i][bands.at(id)]))).concat(system.numbers(chosen), 0) : [];
        return {
            grid: grid({bottom: bands ? 64 : 40}),
            legend: bands ? {bottom: 0, data: ["median", "50 %", "80 %", "95 %"]} : undefined,
            tooltip: {trigger: "axis", confine: true, formatter: (points) => {
                const t = points[0].value[0];
                if (!bands) return `${dates[t]}<br>${escape(name())}: <b>${brief(points[0].value[1])}</b>`;
                const cells = bands.rows[rows()[t]];
                const of = (id) => brief(Number(cells[bands.at(id)]));
                return `${dates[t]}<br>median <b>${of("median")}</b>, mean ${of("mean")}<br>50 %: ${of("q25")} to ${of("q75")}<br>80 %: ${of("q10")} to ${of("q90")}<br>95 %: ${of("q025")} to ${of("q975")}`;
            }},
            xAxis: dateAxis(dates),
            yAxis: {type: "value", scale: true, ...(bands ? reach(ends) : {})},
            series: lines,
        };
    };
    const one = figure({
        id: "course", title: name(), text: text(), wide: true, height: 440, option, keys: () => dates.length,
        controls: [
            choice("Scale", quantities, chosen, (id) => { chosen = id; set({scale: id}); one.describe(name(), text()); one.draw(); }),
            bands ? null : tick("per message", perMessage, (on) => { perMessage = on; set({per: on ? "message" : null}); one.draw(); }),
        ],
        csv: () => (bands ? bands.csv(rows()) : system.csv()),
    });
    place.append(one.element);
    one.draw();
    if (script.length) place.append(scriptList(script));
    if (timeline.length) place.append(timelineList(timeline));
}
