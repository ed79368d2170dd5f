// What the address says: #tab=ladders&pair=BLR-UKR&tick=23. Everything that can be linked to.
const listeners = new Set();
export const state = {};

function read() {
    for (const key of Object.keys(state)) delete state[key];
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) state[key] = value;
}

export function set(changes) {
    Object.assign(state, changes);
    for (const key of Object.keys(state)) if (state[key] === null || state[key] === undefined) delete state[key];
    history.replaceState(null, "", `#${new URLSearchParams(state)}`);
}

// Goes somewhere else in the report, as a link would.
export function go(changes) {
    set(changes);
    for (const listener of listeners) listener();
}

export function follow(listener) {
    read();
    listeners.add(listener);
    addEventListener("hashchange", () => { read(); listener(); });
}
