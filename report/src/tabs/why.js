// The answers of `demarche explain`: why the pairs that rose most climbed, and the acts that took them there.
import {choice, h, percent, save} from "../dom.js";
import {causeName} from "../names.js";
import {set, state} from "../state.js";

const share = (x) => [h("span", {class: "share"}, percent(x)), h("span", {class: "bar", "aria-hidden": "true"}, h("span", {style: `width:${Math.min(100, 100 * x)}%`}))];
const tell = (m) => `${m.date} ${m.source} ${m.act} ${m.target}, ${m.channel}${m.event ? `, event.${m.event}` : ""}${m.group ? `, group.${m.group}` : ""}${m.site ? `, near ${m.site}` : ""} (id ${m.id})`;

function rootText(root, groups) {
    if (root.message) {
        const {id, group, act} = root.message;
        if (group) return `armed group: group.${group} in ${groups[group].host} (id ${id})`;
        return `${act.startsWith("report_") ? "a false alarm" : causeName(root.kind)}: ${tell(root.message)}`;
    }
    if (root.before_start) return `from before the start: ${causeName(root.kind)}, ${root.source} on ${root.target}`;
    return `${causeName(root.kind)}: ${root.source} on ${root.target}${root.class ? `, ${root.class}` : ""}`;
}

// A last line for what is too small for lines of its own.
const rest = (x, text) => (x > 0.0005 ? [h("li", {}, share(x), text)] : []);
// Where a message raised the pair to.
const gain = (message, climbs) => climbs.filter((climb) => climb.message.id === message?.id).map((climb) => h("strong", {}, ` ⇒ rung ${climb.to}`));

function branches({branches: list, pruned}, climbs) {
    const items = list.map((branch) => h("li", {}, share(branch.share), `${tell(branch.message)} [${causeName(branch.through)}]`,
        gain(branch.message, climbs), branches(branch, climbs))).concat(rest(pruned, "smaller branches"));
    return items.length ? [h("ul", {class: "tree"}, items)] : [];
}

const forest = (trees, untraced, groups, climbs = []) => h("ul", {class: "tree"}, trees.map((tree) =>
    h("li", {}, share(tree.share), h("strong", {}, rootText(tree.root, groups)), gain(tree.root.message, climbs), branches(tree, climbs))),
rest(untraced, "everything smaller"));

function account(answer, groups) {
    const out = [h("h3", {}, `Why ${tell(answer.message)}`)];
    if (!answer.parts) {
        out.push(h("p", {}, `Not a policy's decision: ${causeName(answer.cause_kind)}${answer.cause ? `, ${tell(answer.cause)}` : ""}.`));
        return out;
    }
    const parts = answer.parts.toSorted((a, b) => b.share - a.share);
    const shown = Math.min(12, parts.filter((part) => part.share >= 0.005).length);
    const rows = (list) => h("ul", {class: "tree"}, list);
    out.push(h("p", {}, `Stimulus ${answer.stimulus.toPrecision(4)} ${answer.class} acts a day, owed to`),
        rows(parts.slice(0, shown).map((part) => h("li", {}, share(part.share),
            `${part.base ? "the policy's own rate" : causeName(part.kind)}${part.message ? `: ${tell(part.message)}` : part.before_start ? ", from before the start" : ""}`)).concat(
            rest(parts.slice(shown).reduce((sum, part) => sum + part.share, 0), "everything smaller"))),
        h("p", {}, `Times ${answer.factors.map((f) => `${f.name} ${f.factor.toPrecision(3)}`).join(" × ")} = ${answer.rate.toPrecision(4)} acts a day; at least one in this tick with a chance of ${percent(answer.at_least_one)}.`));
    if (answer.acts)
        out.push(h("p", {}, `Among acts of its class at rung ${answer.rung}: ${answer.acts.slice(0, 6).map((a) => `${a.act} ${percent(a.chance)}`).join(", ")}${answer.acts.length > 6 ? " …" : ""}.`));
    out.push(h("p", {}, "What began it, traced back through all messages:"), forest(answer.origins, answer.origins_untraced, groups));
    return out;
}

export async function why(place, facts, current) {
    if (!current()) return;
    if (!facts.ascents?.length) {
        place.append(h("p", {class: "note wide"}, facts.unexplained ?? "No pair rose."));
        return;
    }
    const names = facts.ascents.map((answer) => `${answer.a}-${answer.b}`);
    let chosen = Math.max(0, names.indexOf(state.pair));
    const body = h("div", {});
    const draw = () => {
        const answer = facts.ascents[chosen];
        body.replaceChildren(
            h("h2", {}, `Why ${names[chosen]} climbed from rung ${answer.start_rung} (${facts.rungs[answer.start_rung]}) to rung ${answer.peak_rung} (${facts.rungs[answer.peak_rung]})`),
            h("ul", {class: "tree"}, answer.climbs.map((climb) => h("li", {}, `to rung ${climb.to}: ${tell(climb.message)}`))),
            h("p", {class: "note"}, "Every rung gained on the way to the peak is owed to the message that gained it, in equal parts, and through it to what provoked that message. " +
                "A tree begins with what nothing provoked; shares are of the escalation, branches below 2 % are added up."),
            forest(answer.trees, answer.untraced, facts.groups, answer.climbs), ...account(facts.accounts[chosen], facts.groups));
    };
    place.append(h("div", {class: "card wide", id: "figure-why"},
        h("div", {class: "controls"}, choice("Pair", names, names[chosen], (name) => { chosen = names.indexOf(name); set({pair: name}); draw(); }),
            h("button", {type: "button", "data-save": "JSON", onclick: () => save("why.json", JSON.stringify(facts.ascents[chosen], null, 2), "application/json")}, "JSON")),
        facts.kind === "ensemble" ? h("p", {class: "note"}, "Of the first run.") : null, body,
        h("p", {class: "note"}, "Any other question, also what would have been otherwise: demarche explain FOLDER.")));
    draw();
}
