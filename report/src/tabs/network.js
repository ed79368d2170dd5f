// Who stands how to whom, over time: the layout is computed once, so that states keep their places.
import {figure} from "../chart.js";
import {table} from "../data.js";
import {brief, choice, escape, h, tick} from "../dom.js";
import {bend, layout, stretched, untangled} from "../layout.js";
import {pairName} from "../names.js";
import {ink, isDark, rungColour} from "../palette.js";
import {set, state} from "../state.js";

const friendly = () => (isDark() ? "#56b4e9" : "#0072b2");

export async function network(place, facts, current) {
    const bonds = await table("network");
    if (!current()) return;
    const at = Object.fromEntries(bonds.names.map((name) => [name, bonds.at(name)]));
    const frames = [...bonds.group("tick")].map(([t, rows]) => ({tick: Number(t), date: bonds.rows[rows[0]][at.date], rows}));
    if (!frames.length) return place.append(h("p", {class: "note"}, "No pair did anything."));
    // How much two have to do with each other, over the whole run and by pacts.
    const weight = new Map();
    const add = (pair, x) => weight.set(pair, (weight.get(pair) ?? 0) + x);
    for (const row of bonds.rows) add(`${row[at.a]}-${row[at.b]}`, (Number(row[at.conflict]) + Number(row[at.coop]) + Number(row[at.rung]) / 9) / frames.length);
    for (const pact of facts.pacts) add(`${pact.a}-${pact.b}`, 0.1 * (pact.defence ?? 0.3));
    const nodes = layout(facts.states, weight);
    const power = new Map(facts.states.map((one) => [one.id, one]));
    const few = nodes.length <= 40;
    const radius = new Map(facts.states.map(({id, power: p}) => [id, ((few ? 16 : 7) + (few ? 60 : 45) * Math.sqrt(p)) / 2]));
    // Room for circles and, below, their names.
    const edge = Math.max(24, ...radius.values()) + 4, foot = edge + 20;
    // Of a chart of this size; the same on every date.
    let size = "", places = new Map(), bends = new Map();
    const arrange = (width, height) => {
        if (size === `${width} ${height}`) return;
        size = `${width} ${height}`;
        bends = new Map();
        places = new Map(untangled(stretched(nodes, width, height), radius, weight, width, height).map((node) => [node.id, {...node, r: radius.get(node.id)}]));
    };
    // Lines are straight if they can be, pacts never: they would hide behind them.
    const bent = (a, b, curves = [0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.24, -0.24]) => {
        const key = `${a}-${b} ${curves}`;
        if (!bends.has(key)) bends.set(key, bend(places.get(a), places.get(b), [...places.values()], curves));
        return bends.get(key);
    };
    let now = Math.max(0, frames.findIndex((frame) => frame.tick >= Number(state.tick ?? 0)));
    let pacts = state.pacts ? state.pacts === "yes" : few;
    let organisation = state.organisation ?? "";
    let least = Number(state.least ?? 0);

    const title = () => `Relations on ${frames[now].date}`;
    const text = "Lines join pairs with something between them: in the colour of their rung where conflict prevails or a rung is reached, blue where cooperation prevails; " +
        "wider is more intense. Dotted: pacts. Circles grow with power and have the colour of the highest rung the state stands at with anybody; " +
        "a ring marks the members of the chosen organisation. Lines bend around states that they do not join." +
        (bonds.length / frames.length >= 299 ? " Only the 300 pairs that stand out most are drawn." : "");
    function option() {
        arrange(one.place.clientWidth - 2 * edge, one.place.clientHeight - edge - foot);
        const rows = frames[now].rows.map((i) => bonds.rows[i]);
        const members = new Set(facts.organisations.find(({id}) => id === organisation)?.members ?? []);
        const height = new Map();
        const links = [];
        for (const row of rows) {
            const [conflict, coop, rung] = [Number(row[at.conflict]), Number(row[at.coop]), Number(row[at.rung])];
            const hostile = rung >= 0.5 || conflict > coop;
            for (const id of [row[at.a], row[at.b]]) height.set(id, Math.max(height.get(id) ?? 0, rung));
            if (rung < least || (conflict + coop < 0.02 && rung < 0.5)) continue;
            links.push({
                source: row[at.a], target: row[at.b], row,
                lineStyle: {
                    color: hostile ? rungColour(Math.max(1, rung)) : friendly(), opacity: hostile ? 0.55 + 0.45 * rung / 9 : Math.min(0.7, 0.12 + coop),
                    width: Math.min(9, 0.6 + 2.2 * Math.sqrt(conflict + coop) + (rung >= 4 ? 1 : 0)), curveness: bent(row[at.a], row[at.b]),
                },
            });
        }
        if (pacts)
            for (const pact of facts.pacts)
                links.push({source: pact.a, target: pact.b, pact, lineStyle: {color: ink().faint, type: "dotted", width: few ? 1.4 : 1, opacity: few ? 0.75 : 0.4, curveness: bent(pact.a, pact.b, [0.15, -0.15, 0.08, -0.08])}});
        const strong = new Set([...power.values()].sort((x, y) => y.power - x.power).slice(0, 12).map(({id}) => id));
        return {
            tooltip: {confine: true, formatter: ({dataType, data}) => {
                if (dataType === "node")
                    return `<b>${data.name}</b> ${escape(power.get(data.name).name)}<br>highest rung ${brief(height.get(data.name) ?? 0)}<br>` +
                        escape(facts.organisations.filter(({members: m}) => m.includes(data.name)).map(({id}) => id).join(", "));
                if (data.pact)
                    return `<b>${data.pact.a}-${data.pact.b}</b> ${escape(pairName(facts, `${data.pact.a}-${data.pact.b}`))}<br>${Object.entries(data.pact).filter(([key]) => key.length > 1).map(([key, x]) => `${key} pact ${x}`).join("<br>")}`;
                const row = data.row;
                return `<b>${row[at.a]}-${row[at.b]}</b> ${escape(pairName(facts, `${row[at.a]}-${row[at.b]}`))}, ${row[at.date]}<br>rung ${brief(Number(row[at.rung]))}<br>conflict ${row[at.conflict]} acts a day<br>cooperation ${row[at.coop]} acts a day`;
            }},
            series: [{
                type: "graph", layout: "none", roam: true, scaleLimit: {min: 0.5, max: 12}, left: edge, right: edge, top: edge, bottom: foot, emphasis: {focus: "adjacency"},
                labelLayout: {hideOverlap: true},
                data: [...places.values()].map(({id, x, y, r}) => ({
                    name: id, x, y, symbolSize: 2 * r,
                    itemStyle: {color: (height.get(id) ?? 0) >= 0.5 ? rungColour(height.get(id)) : ink().panel, borderColor: members.has(id) ? ink().accent : ink().faint, borderWidth: members.has(id) ? 4 : 1},
                    label: {show: few || strong.has(id) || (height.get(id) ?? 0) >= 3, position: "bottom", distance: 3, color: ink().ink, fontSize: few ? 12 : 10, formatter: id, textBorderColor: ink().panel, textBorderWidth: 2},
                })),
                links,
            }],
        };
    }
    const slider = h("input", {type: "range", min: 0, max: frames.length - 1, value: now, id: "moment", "aria-label": "Moment", oninput: () => { stop(); to(Number(slider.value)); }});
    let timer = null;
    const play = h("button", {type: "button", id: "play", onclick: () => (timer ? stop() : start())}, "Play");
    function to(frame) {
        now = frame;
        slider.value = frame;
        slider.setAttribute("aria-valuetext", frames[now].date);
        set({tick: frames[now].tick});
        one.describe(title(), text);
        one.draw();
    }
    function start() {
        play.textContent = "Pause";
        if (now === frames.length - 1) now = -1;
        timer = setInterval(() => {
            if (!document.body.contains(slider) || now + 1 >= frames.length) return stop();
            to(now + 1);
        }, 250);
    }
    function stop() {
        clearInterval(timer);
        timer = null;
        play.textContent = "Play";
    }
    // What the colours mean; colours are read again when the theme changes.
    const legend = h("p", {class: "legend"});
    const explain = () => {
        const key = (shape, colour, ...words) => h("span", {}, h("i", {class: shape, style: `--colour:${colour}`}), ...words);
        legend.replaceChildren(...facts.rungs.map((name, r) => key("dot", r ? rungColour(r) : ink().panel, `${r} ${name}`)),
            key("bar", friendly(), "cooperation prevails"), key("dotted", ink().faint, "pact"));
    };
    const one = figure({
        id: "network", title: title(), text, wide: true, height: few ? 560 : 760, option: () => { explain(); return option(); }, legend,
        controls: [play, slider,
            tick("pacts", pacts, (on) => { pacts = on; set({pacts: on ? "yes" : "no"}); one.draw(); }),
            choice("Organisation", [["", "none"], ...facts.organisations.map(({id, name}) => [id, name || id])], organisation, (id) => { organisation = id; set({organisation: id || null}); one.draw(); }),
            choice("From rung", [0, 1, 2, 3, 4, 5, 7].map(String), String(least), (r) => { least = Number(r); set({least: r}); one.draw(); }),
        ],
        csv: () => bonds.csv(frames[now].rows),
    });
    place.append(one.element);
    one.draw();
}
