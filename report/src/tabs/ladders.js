// A pair on the ladder, with what the two did: of an ensemble bands of its rung.
import {dateAxis, figure, grid, marks, quantileBands} from "../chart.js";
import {table} from "../data.js";
import {brief, choice, escape, h, save, tick} from "../dom.js";
import {causeName, pairName} from "../names.js";
import {classes, classNames, ink, series} from "../palette.js";
import {set, state} from "../state.js";
import {scriptMarks, scriptOf, timelineMarks, timelineOf} from "../timeline.js";

// The pairs of a table of rungs, those that rose and stood highest first: {pair, rows, peak, rose}, where `rose`
// is the greatest way up from a rung where it stood before.
export function rankPairs(pairs, column) {
    const rung = pairs.at(column), tick = pairs.at("tick");
    return [...pairs.group("a", "b")].map(([pair, rows]) => {
        // A pair without a row on the first day was calm.
        let least = rows.length && Number(pairs.rows[rows[0]][tick]) > 0 ? 0 : Infinity, peak = 0, rose = 0;
        for (const i of rows) {
            const r = Number(pairs.rows[i][rung]);
            least = Math.min(least, r);
            peak = Math.max(peak, r);
            rose = Math.max(rose, r - least);
        }
        return {pair, rows, peak, rose, weight: 2 * rose + peak};
    }).sort((x, y) => y.weight - x.weight || y.peak - x.peak || y.rows.length - x.rows.length || (x.pair < y.pair ? -1 : 1));
}

const scales = ["goldstein", "plover", "rivera", "mid", "kahn"];

const force = 7, war = 8; // rungs: sustained force is war

// What is to be said of a message: date, act, channel, scores, cause.
export function tellEvent(events, row, facts) {
    const of = (name) => row[events.at(name)];
    const act = facts.acts[of("act")];
    const cause = of("cause_source") === ""
        ? causeName(of("cause_kind")) : `${causeName(of("cause_kind"))}: ${of("cause_date")} ${of("cause_source")} ${of("cause_act")} ${of("cause_target")}`;
    return `<b>${of("date")} ${escape(of("source"))} ${escape(of("act"))} ${escape(of("target"))}</b>, ${of("channel")} (id ${of("id")})<br>` +
        `${classNames[act?.class] ?? ""}, rung ${act?.rung}, salience ${brief(Number(of("salience")))}${of("site") ? `, near ${escape(of("site"))}` : ""}<br>` +
        `${scales.map((scale) => `${scale} ${act?.[scale]}`).join(", ")}<br>because of ${escape(cause)}` +
        `${of("scripted") === "true" ? "" : ` (${(100 * Number(of("cause_share"))).toFixed(1)} % of the stimulus)`}`;
}

// Of several the first three in full, the next in a line each.
function tellEvents(events, rows, facts) {
    const of = (i, name) => events.rows[i][events.at(name)];
    return [...rows.slice(0, 3).map((i) => tellEvent(events, events.rows[i], facts)),
        rows.slice(3, 12).map((i) => `${of(i, "date")} ${escape(of(i, "source"))} ${escape(of(i, "act"))} ${escape(of(i, "target"))} (id ${of(i, "id")})`).join("<br>"),
        rows.length > 12 ? `and ${rows.length - 12} more` : ""].filter(Boolean).join("<br>");
}

export async function ladders(place, facts, current) {
    const [dyads, bands, singles, events, timeline] = await Promise.all(
        ["dyads", "ladders", "single_ladders", "events"].map(table).concat(timelineOf(facts)));
    if (!current()) return;
    const ranked = rankPairs(dyads ?? bands, dyads ? "rung" : "mean");
    if (!ranked.length) return place.append(h("p", {class: "note"}, "No pair did anything."));
    const find = (pair) => ranked.find((one) => one.pair === pair || one.pair === pair?.split("-").reverse().join("-"));
    let chosen = find(state.pair) ?? ranked[0];
    let all = state.acts === "all";
    let span = 1; // ticks whose acts share a mark
    const {ticks} = facts.manifest;
    const dates = Array.from({length: ticks}, (_, t) => dateOf(facts, t));
    const eventsOf = events?.group("source", "target") ?? new Map();
    const actOf = (i) => facts.acts[events.rows[i][events.at("act")]];
    const scripted = (i) => events.rows[i][events.at("cause_kind")] === "script";
    const every = () => {
        const [a, b] = chosen.pair.split("-");
        return [...(eventsOf.get(`${a}-${b}`) ?? []), ...(eventsOf.get(`${b}-${a}`) ?? [])];
    };
    // What raised the pair, with the rung it came to. Where the run was not told again, what may have raised it: acts of
    // that rung, else, to war, of force, else reports of hidden acts.
    const gains = () => {
        if (!dyads || !events) return new Map();
        if (facts.climbs) {
            const id = events.at("id");
            return new Map(every().map((i) => [i, facts.climbs[events.rows[i][id]]]).filter(([, to]) => to !== undefined));
        }
        const [tick_, rung] = [dyads.at("tick"), dyads.at("rung")];
        const rungs = new Map(chosen.rows.map((i) => [Number(dyads.rows[i][tick_]), Number(dyads.rows[i][rung])]));
        const found = new Map();
        const answered = new Map(); // acts by the tick in which they are heard
        for (const i of every()) {
            const t = Number(events.rows[i][events.at("tick")]) + 1;
            answered.set(t, [...(answered.get(t) ?? []), i]);
        }
        for (const [t, acts] of answered) {
            const now = rungs.get(t) ?? 0;
            if (t >= ticks || now <= (rungs.get(t - 1) ?? 0)) continue;
            const ofRung = (rung) => acts.filter((i) => actOf(i)?.rung === rung);
            const likely = [ofRung(now), now === war ? ofRung(force) : [], acts.filter((i) => actOf(i)?.class === "none")].find((some) => some.length);
            for (const i of likely ?? []) found.set(i, now);
        }
        return found;
    };
    const messages = (gained = gains()) =>
        every().filter((i) => all || /conf$/.test(actOf(i)?.class) || gained.has(i) || scripted(i)).sort((x, y) => x - y);
    const told = (x) => (dyads ? x : x.toFixed(1));
    const [label, count] = [(one) => `${one.pair}, ${pairName(facts, one.pair)}: up to ${told(one.peak)}, rose by ${told(one.rose)}`, ranked.length];
    const title = () => `${chosen.pair} on the ladder: ${pairName(facts, chosen.pair)}`;
    const days = () => span * facts.manifest.tick_days;
    const text = () => (dyads
        ? `The line is the pair's rung, marks are its acts at their own rung: ▲ by ${chosen.pair.split("-")[0]}, ▼ by ${chosen.pair.split("-")[1]}, ` +
            `taller for more of a class on ${days() === 1 ? "a day" : `${days()} days`}; edged: what ${facts.climbs ? "raised" : "may have raised"} the pair, at the rung it came to. `
        : `Median rung of ${facts.manifest.replications} runs with bands that hold 50, 80 and 95 % of them; thin lines are single runs. `) +
        (scriptOf(facts, chosen.pair).length ? `Lines with a name: scripted events and shocks${dyads && every().some(scripted) ? "; scripted acts are edged in their colour" : ""}. ` : "") +
        `Shown are ${facts.pairs_shown} of ${facts.pairs} pairs.` +
        (facts.events_left_out > 0 ? ` ${facts.events_left_out} messages of the milder classes are left out.` : "");

    function option() {
        const lines = [];
        const real = timeline.filter(({source, target}) => [`${source}-${target}`, `${target}-${source}`].includes(chosen.pair));
        if (dyads) {
            const rung = dyads.at("rung"), at = dyads.at("tick");
            const steps = new Map(chosen.rows.map((i) => [Number(dyads.rows[i][at]), Number(dyads.rows[i][rung])]));
            lines.push({name: "rung", type: "line", step: "end", symbol: "none", z: 2, lineStyle: {width: 2.5, color: ink().ink},
                itemStyle: {color: ink().ink}, data: dates.map((_, t) => [t, steps.get(t) ?? 0])});
            const acts = new Map(); // of a class: marks
            const found = new Map();
            const gained = gains();
            for (const i of events ? messages(gained) : []) {
                const row = events.rows[i];
                const act = actOf(i);
                const t = Number(row[events.at("tick")]);
                const rung = gained.get(i) ?? act.rung;
                const up = row[events.at("source")] === chosen.pair.split("-")[0];
                const single = scripted(i) || gained.has(i);
                const key = [act.class, rung, up, single ? t : Math.floor(t / span), scripted(i), gained.has(i)].join();
                if (!acts.has(act.class)) acts.set(act.class, []);
                if (!found.has(key)) {
                    found.set(key, {
                        value: [t, rung], single, acts: [], symbol: "triangle", symbolRotate: up ? 0 : 180,
                        ...(single ? {symbolSize: 15, itemStyle: {opacity: 1, ...(scripted(i) ? {borderColor: ink().accent, borderWidth: 3} : {borderColor: ink().ink, borderWidth: 2})}}
                            : {symbolOffset: [0, up ? "-50%" : "50%"]}),
                    });
                    acts.get(act.class).push(found.get(key));
                }
                found.get(key).acts.push(i);
            }
            for (const [id, data] of acts)
                lines.push({name: classNames[id], type: "scatter", z: 3, symbolSize: (_, {data: mark}) => [7, Math.min(5 + 2 * mark.acts.length, 18)],
                    data: data.sort((x, y) => x.single - y.single), // edged ones above the others
                    itemStyle: {color: classes[id], opacity: 0.85, borderColor: ink().paper, borderWidth: 0.5}});
        } else {
            const at = chosen.rows, x = at.map((i) => Number(bands.rows[i][bands.at("tick")]));
            const column = (id) => at.map((i) => Number(bands.rows[i][bands.at(id)]));
            lines.push({name: "median", type: "line", step: "end", symbol: "none", z: 5, lineStyle: {width: 2.5, color: ink().ink}, itemStyle: {color: ink().ink}, data: column("median").map((y, i) => [x[i], y])});
            lines.push({name: "mean", type: "line", symbol: "none", z: 5, lineStyle: {width: 2, type: "dotted", color: series()[1]}, itemStyle: {color: series()[1]}, data: column("mean").map((y, i) => [x[i], y])});
            lines.push(...quantileBands(x, column, true));
            for (const [key, rows] of singles.group("a", "b", "replication"))
                if (key.startsWith(`${chosen.pair}-`))
                    lines.push({name: key, type: "line", step: "end", symbol: "none", z: 4, lineStyle: {width: 0.8, color: ink().faint}, itemStyle: {color: ink().faint},
                        data: rows.map((i) => [Number(singles.rows[i][singles.at("tick")]), Number(singles.rows[i][singles.at("rung")])])});
        }
        lines[0].markLine = marks([...(state.tick === undefined ? [] : [{xAxis: Number(state.tick), label: {show: false}, lineStyle: {type: "solid", color: ink().accent, width: 2}}]),
            ...scriptMarks(scriptOf(facts, chosen.pair))]);
        if (real.length)
            lines.push({name: "in fact", type: "scatter", symbol: "diamond", symbolSize: 14, z: 6, itemStyle: {color: ink().accent, borderColor: ink().paper, borderWidth: 1},
                data: real.map((event) => ({value: [event.t, facts.acts[event.act]?.rung ?? 0], event})), markLine: marks(timelineMarks(real))});
        const narrow = one?.place.clientWidth < 600;
        return {
            grid: grid({left: narrow ? 30 : 190, bottom: 66}), legend: {bottom: 0, type: "scroll", data: dyads ? lines.map((line) => line.name) : ["median", "mean", "50 %", "80 %", "95 %"].concat(real.length ? ["in fact"] : [])},
            tooltip: {trigger: "item", confine: true, extraCssText: "max-width:min(34rem,90vw);white-space:normal", formatter: (point) => {
                if (point.data?.event) {
                    const event = point.data.event;
                    return `<b>In fact, ${event.number}: ${event.date} ${escape(event.source)} ${escape(event.act)} ${escape(event.target)}</b><br>${escape(event.event)}<br>${escape(event.reference)}`;
                }
                if (point.seriesType === "scatter") return tellEvents(events, point.data.acts, facts);
                return `${dates[Math.round(point.value[0])]}: ${point.seriesName === "mean" ? `mean rung ${brief(point.value[1])}` : `rung ${point.value[1]}, ${facts.rungs[point.value[1]]}`}`;
            }},
            xAxis: dateAxis(dates),
            yAxis: {type: "value", min: 0, max: 9, interval: 1, axisLabel: {formatter: (r) => (narrow ? String(r) : `${facts.rungs[r]}  ${r}`)}},
            series: lines.map((line) => (line.type === "line" ? {...line, triggerLineEvent: true} : line)),
        };
    }
    const draw = () => {
        const width = one.place.clientWidth;
        span = Math.ceil(6 * ticks / Math.max(100, width - (width < 600 ? 60 : 220))); // six pixels a mark
        one.describe(title(), text());
        one.draw();
    };
    const one = figure({
        id: "ladder", title: title(), text: text(), wide: true, height: 480, option: () => option(), keys: () => dates.length,
        controls: [
            choice(`Pair (of ${count}${dyads ? "" : ", by mean rung"})`, ranked.map((r) => [r.pair, label(r)]), chosen.pair, (pair) => { chosen = find(pair); set({pair, tick: null}); draw(); }),
            events ? tick("cooperation, too", all, (on) => { all = on; set({acts: on ? "all" : null}); draw(); }) : null,
        ],
        csv: () => (dyads ? dyads.csv(chosen.rows) : bands.csv(chosen.rows)),
    });
    place.append(one.element);
    draw();
    if (events) place.append(actsTable(events, () => messages()));
}

// The acts of the pair as a table that can be asked for, with its own CSV.
function actsTable(events, messages) {
    const body = h("div", {});
    const columns = ["id", "date", "source", "act", "target", "channel", "cause_kind", "cause_date", "cause_source", "cause_act", "cause_target", "cause_share"];
    return h("div", {class: "card wide"}, h("h2", {}, "The acts of this pair"), h("div", {class: "save"},
        h("button", {type: "button", onclick: () => {
            const rows = messages();
            body.replaceChildren(h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Acts of this pair"},
                rows.length > 300 ? h("p", {class: "note"}, `The first 300 of ${rows.length}.`) : null,
                h("table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", {scope: "col"}, name)))),
                    h("tbody", {}, rows.slice(0, 300).map((i) => h("tr", {}, columns.map((name) => h("td", {}, events.rows[i][events.at(name)]))))))));
        }}, "Show"),
        h("button", {type: "button", "data-save": "CSV", "aria-label": "CSV: save the acts of this pair", onclick: () => save("acts.csv", events.csv(messages()), "text/csv")}, "CSV")), body);
}

export function dateOf(facts, tick) {
    const start = Date.parse(`${facts.manifest.start}T00:00:00Z`);
    return new Date(start + tick * facts.manifest.tick_days * 86400000).toISOString().slice(0, 10);
}
