// Where the network draws its states, and how its lines come past those they do not mean. The same for the same run.
import {forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY} from "d3-force";

// Places, nearer the more two have to do with each other. `ties` has weights by pair.
export function layout(states, ties) {
    const nodes = states.map(({id}) => ({id}));
    const links = [...ties].map(([pair, weight]) => { const [source, target] = pair.split("-"); return {source, target, weight}; });
    const n = nodes.length;
    const simulation = forceSimulation(nodes)
        .force("charge", forceManyBody().strength(-60))
        .force("link", forceLink(links).id((node) => node.id).distance(40).strength((link) => Math.min(0.5, link.weight)))
        .force("x", forceX().strength(0.06)).force("y", forceY().strength(0.06))
        .force("collide", forceCollide(n > 60 ? 11 : 8)).force("center", forceCenter()).stop();
    simulation.tick(n > 60 ? 150 : 300);
    return nodes;
}

// The places stretched over a rectangle, so that a chart of its shape draws circles as circles. Many are
// spread evenly: it is their order that matters, not how far the loners stand out.
export function stretched(nodes, width, height) {
    const span = (key, size) => {
        const all = nodes.map((node) => node[key]).sort((x, y) => x - y);
        const range = all.at(-1) - all[0] || 1;
        return (node) => (nodes.length > 60 ? size * all.indexOf(node[key]) / all.length : size * (node[key] - all[0]) / range);
    };
    const x = span("x", width), y = span("y", height);
    return nodes.map((node) => ({id: node.id, x: x(node), y: y(node)}));
}

// The places moved until few of the strongest ties pass through a state that is not theirs: lines and states push
// each other aside, and the best of all rounds is kept. `radius` is by state, `ties` as for `layout`.
export function untangled(places, radius, ties, width, height) {
    const nodes = places.map((node) => ({...node, r: radius.get(node.id)}));
    const at = new Map(nodes.map((node) => [node.id, node]));
    const strong = [...ties].sort((x, y) => y[1] - x[1]).slice(0, 300).map(([pair, weight]) => [...pair.split("-").map((id) => at.get(id)), weight]);
    const room = 6;
    const move = (node, x, y) => {
        node.x = Math.max(0, Math.min(width, node.x + x));
        node.y = Math.max(0, Math.min(height, node.y + y));
    };
    let best = Infinity, kept = [];
    for (let round = nodes.length > 60 ? 30 : 400; round >= 0 && best > 0; --round) {
        let cost = 0;
        const pushes = [];
        for (const [a, b, weight] of strong) {
            const [dx, dy] = [b.x - a.x, b.y - a.y], length = Math.sqrt(dx * dx + dy * dy) || 1;
            for (const k of nodes) {
                if (k === a || k === b) continue;
                const along = ((k.x - a.x) * dx + (k.y - a.y) * dy) / (length * length);
                if (along <= 0 || along >= 1) continue;
                const off = ((k.y - a.y) * dx - (k.x - a.x) * dy) / length, missing = k.r + room - Math.abs(off);
                if (missing <= 0) continue;
                if (missing > room) cost += weight;
                pushes.push([a, b, k, along, (off < 0 ? -1 : 1) * missing * -dy / length, (off < 0 ? -1 : 1) * missing * dx / length]);
            }
        }
        if (cost < best) [best, kept] = [cost, nodes.map(({id, x, y}) => ({id, x, y}))];
        for (const [a, b, k, along, x, y] of pushes) {
            move(k, 0.3 * x, 0.3 * y);
            move(a, -0.3 * (1 - along) * x, -0.3 * (1 - along) * y);
            move(b, -0.3 * along * x, -0.3 * along * y);
        }
        for (const a of nodes)
            for (const b of nodes) {
                const x = a.x - b.x, y = a.y - b.y, length = Math.sqrt(x * x + y * y) || 1, missing = a.r + b.r + 2 * room - length;
                if (a === b || missing <= 0) continue;
                move(a, 0.5 * missing * x / length, 0.5 * missing * y / length);
            }
    }
    return kept;
}

// How much to bend the line between two places (ECharts' curveness) so that it passes through no other state and stays
// where the places are: the first of `curves` that does, else what fails least. `places` have a radius `r`.
export function bend(a, b, places, curves) {
    let best = 0, least = Infinity;
    for (const curve of curves) {
        const cost = passed(a, b, curve, places) + places.length * strayed(a, b, curve, places);
        if (cost < least) [best, least] = [curve, cost];
        if (cost === 0) break;
    }
    return best;
}

// How many tenths of a line lie outside of the rectangle of all places and the margin around it.
function strayed(a, b, curve, places) {
    const margin = 15, [dx, dy] = [b.x - a.x, b.y - a.y];
    const sides = ["x", "y"].map((key) => places.map((place) => place[key])).map((all) => [Math.min(...all) - margin, Math.max(...all) + margin]);
    return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((tenth) => {
        const t = tenth / 10, off = 2 * t * (1 - t) * curve;
        return [a.x + t * dx + off * dy, a.y + t * dy - off * dx].some((at, axis) => at < sides[axis][0] || at > sides[axis][1]);
    }).length;
}

// How many other states a line passes through: a parabola with its middle off the straight line.
export function passed(a, b, curve, places) {
    const [dx, dy] = [b.x - a.x, b.y - a.y], square = dx * dx + dy * dy || 1, length = Math.sqrt(square);
    return places.filter((k) => {
        if (k.id === a.id || k.id === b.id) return false;
        const along = ((k.x - a.x) * dx + (k.y - a.y) * dy) / square, off = ((k.x - a.x) * dy - (k.y - a.y) * dx) / length;
        return along > 0 && along < 1 && Math.abs(off - 2 * along * (1 - along) * curve * length) < k.r;
    }).length;
}
