#include "sim/cli/explain_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unistd.h>

#include <fmt/format.h>

#include "sim/cli/terminal.h"

namespace demarche {
namespace {

constexpr std::size_t most_items = 8; // shown of one kind of memory
constexpr std::size_t most_acts = 6;  // shown of the alternatives
constexpr double slight = 0.005;      // shares that are only counted

std::string bold(const std::string& text) {
    return colours(STDOUT_FILENO) ? "\033[1m" + text + "\033[0m" : text;
}

std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
}

std::string id_of(const Story& story, std::size_t entity) {
    return story.scenario().entity_id(entity);
}

const Act& act_of(const Story& story, const Message& m) {
    return story.scenario().acts[m.act];
}

bool is_report(const Story& story, const Message& m) {
    return act_of(story, m).mechanism == Mechanism::intelligence;
}

std::string date_of(const Story& story, int tick) {
    return iso(story.scenario().date(tick));
}

/// What a kind of memory is, as a heading: `i` remembers `j`.
std::string heading(CauseKind kind, const std::string& i, const std::string& j) {
    switch (kind) {
    case CauseKind::level:
        return "level: what " + i + " does to " + j + " by itself";
    case CauseKind::inertia:
        return "inertia: " + i + "'s own earlier acts on " + j;
    case CauseKind::reciprocity:
        return "reciprocity: what " + i + " took in of " + j + "'s acts on it";
    case CauseKind::solidarity:
        return "solidarity: " + j + "'s acts on those " + i + " sides with";
    case CauseKind::alignment:
        return "alignment: " + j + " keeps out of an ally's war";
    case CauseKind::manoeuvre:
        return "manoeuvre: forces that " + j + " moved near " + i;
    case CauseKind::armed_group:
        return "armed group: what " + j + " hosts";
    case CauseKind::site:
        return "site: " + j + "'s acts near a place whose damage would concern " + i;
    default:
        return std::string(cause_names[static_cast<std::size_t>(kind)]);
    }
}

/// One line under a heading: a message, or several that are one story.
struct Item {
    std::string label;
    double amount = 0;
    std::size_t messages = 0;
    std::string example; ///< the message that weighs most
    double greatest = 0;
};

std::string shortfall_text(const Story& story, const std::vector<Shortfall>& all, std::size_t state,
                           MessageId decision) {
    for (const Shortfall& s : all)
        if (s.decision == decision)
            return fmt::format("{} stays out of {}'s war against {}{}", id_of(story, state),
                               id_of(story, s.ally), id_of(story, s.enemy),
                               decision == 0 ? " (a stance held at the start)" : "");
    return id_of(story, state) + " stayed out of an ally's war";
}

/// Under what name a part of a stimulus is counted. Reports of one group, and acts near one site,
/// are one story each; everything else is told message by message.
std::string label_of(const Story& story, const Message& m, const Account& account,
                     const StimulusPart& p) {
    if (p.kind == CauseKind::alignment)
        return shortfall_text(story, account.shortfalls, m.target, p.message) +
               (p.before_start ? ", from before the start" : "");
    if (p.before_start)
        return "from before the start";
    if (p.message == 0)
        return "no message";
    const Message& cause = story.message(p.message);
    const Scenario& s = story.scenario();
    if (p.kind == CauseKind::armed_group)
        if (const ArmedGroup* const g = story.group_of(cause))
            return fmt::format("{} ({}) in {}", g->id, g->name, s.entity_id(g->host));
    if (p.kind == CauseKind::site && cause.site >= 0) {
        const Site& site = s.setting.sites[static_cast<std::size_t>(cause.site)];
        return fmt::format("{} ({})", site.id, site.name);
    }
    return describe(story, cause);
}

void print_stimulus(const Story& story, const Message& m, const Account& a) {
    const std::string i = id_of(story, m.source);
    const std::string j = id_of(story, m.target);
    std::map<CauseKind, std::map<std::string, Item>> kinds;
    const auto add = [&](CauseKind kind, const std::string& label, double amount,
                         const std::string& example) {
        if (amount <= 0)
            return;
        Item& item = kinds[kind].try_emplace(label, Item{label, 0, 0, "", 0}).first->second;
        item.amount += amount;
        ++item.messages;
        if (amount > item.greatest) {
            item.greatest = amount;
            item.example = example;
        }
    };
    add(CauseKind::level, "the ordinary level", a.level, "");
    add(CauseKind::level, "its policy's own rate", a.base, "");
    for (const StimulusPart& p : a.remembered) {
        const std::string label = label_of(story, m, a, p);
        const std::string example = p.message != 0 ? describe(story, story.message(p.message)) : "";
        add(p.kind, label, p.amount, example == label ? "" : example);
    }

    struct Kind {
        CauseKind kind;
        double amount = 0;
        std::vector<Item> items;
    };
    std::vector<Kind> order;
    const Item* main = nullptr;
    for (const auto& [kind, items] : kinds) {
        Kind k{kind, 0, {}};
        for (const auto& [label, item] : items) {
            k.amount += item.amount;
            k.items.push_back(item);
            if (main == nullptr || item.amount > main->amount)
                main = &item;
        }
        std::stable_sort(k.items.begin(), k.items.end(),
                         [](const Item& x, const Item& y) { return x.amount > y.amount; });
        order.push_back(std::move(k));
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const Kind& x, const Kind& y) { return x.amount > y.amount; });

    if (main != nullptr)
        fmt::print("Most direct: {}, {} of the stimulus.\n", bold(main->label),
                   percent(main->amount / a.stimulus));
    fmt::print("\n{}: {:.4g} {} acts a day, owed to\n", bold("The stimulus"), a.stimulus,
               class_names[index(a.quad)]);
    std::string faint;
    for (const Kind& k : order) {
        if (k.amount < 0.0005 * a.stimulus) {
            faint += (faint.empty() ? "" : ", ") +
                     std::string(cause_names[static_cast<std::size_t>(k.kind)]);
            continue;
        }
        fmt::print("{:>8}  {}\n", percent(k.amount / a.stimulus), heading(k.kind, i, j));
        if (k.kind == CauseKind::level && k.items.size() == 1)
            continue;
        std::size_t shown = 0;
        double left = 0;
        std::size_t others = 0;
        for (const Item& item : k.items) {
            const double share = item.amount / a.stimulus;
            if (shown == most_items || (shown > 0 && share < slight)) {
                left += share;
                others += item.messages;
                continue;
            }
            ++shown;
            fmt::print("{:>16}  {}{}\n", percent(share), item.label,
                       item.messages > 1 ? fmt::format(", {} messages", item.messages) : "");
            if (!item.example.empty())
                fmt::print("{:>16}  {}{}\n", "", item.messages > 1 ? "most of it: " : "",
                           item.example);
        }
        if (others > 0)
            fmt::print("{:>16}  {} smaller\n", percent(left), others);
    }
    if (!faint.empty())
        fmt::print("          next to nothing: {}\n", faint);
}

void print_rate(const Account& a) {
    fmt::print("\n{}\n", bold("From the stimulus to the rate"));
    fmt::print("  {:<32}  {:>10.4g}  acts a day\n", "stimulus", a.stimulus);
    fmt::print("  {:<32}x {:>10.4g}\n", fmt::format("exponent {:g}", a.exponent), a.bend);
    for (const PosturePart& part : a.doctrine)
        fmt::print("  {:<32}x {:>10.4g}\n", part.name, std::exp(part.ln));
    fmt::print("  {:<32}= {:>10.4g}  acts a day\n", "rate", a.rate);
    fmt::print("  In this tick {:.4g} were to be expected; at least one with a chance of {}.\n",
               a.expected, percent(a.at_least_one));
}

void print_choice(const Story& story, const Message& m, const Account& a) {
    fmt::print("\n{} among {} at rung {} ({})\n", bold("The act"), class_names[index(a.quad)],
               a.rung, rung_names[static_cast<std::size_t>(a.rung)]);
    std::size_t shown = 0, others = 0;
    double left = 0;
    for (const Alternative& alternative : a.acts) {
        const bool this_one = alternative.act == m.act;
        if (shown >= most_acts && !this_one) {
            left += alternative.chance;
            ++others;
            continue;
        }
        ++shown;
        fmt::print("{:>8}  {}{}\n", percent(alternative.chance),
                   story.scenario().acts[alternative.act].id, this_one ? "  <- this one" : "");
    }
    if (others > 0)
        fmt::print("{:>8}  {} others\n", percent(left), others);
    std::string channels;
    for (std::size_t c = 0; c < channel_count; ++c)
        if (a.channel[c] > 0)
            channels +=
                fmt::format("{}{} {}{}", channels.empty() ? "" : ", ", channel_names[c],
                            percent(a.channel[c]), c == index(m.channel) ? " (this one)" : "");
    fmt::print("  Channel: {}.\n", channels);
}

/// Why the engine or the scenario's author posted it.
void print_mechanism(const Story& story, const Message& m) {
    const Message* const cause = m.cause.message != 0 ? &story.message(m.cause.message) : nullptr;
    if (const ScriptedEvent* const event = story.script_of(m)) {
        fmt::print("The scenario says so: event.{}. Nothing in the model provoked it.\n",
                   event->id);
        return;
    }
    const Act& act = act_of(story, m);
    switch (act.mechanism) {
    case Mechanism::intelligence:
        if (cause == nullptr)
            fmt::print("A false alarm: {}'s intelligence reports of {} what does not exist.\n",
                       id_of(story, m.source), id_of(story, m.target));
        else
            fmt::print("{}'s intelligence found out, with confidence {:.2f}:\n  {}\n",
                       id_of(story, m.source), m.confidence, describe(story, *cause));
        return;
    case Mechanism::group:
        if (const ArmedGroup* const g = story.group_of(m))
            fmt::print("The scenario says so: group.{} is in {} from this day on, hidden.\n", g->id,
                       story.scenario().entity_id(g->host));
        return;
    default:
        fmt::print("Posted by a rule of the engine ({}){}\n",
                   mechanism_names[static_cast<std::size_t>(act.mechanism)],
                   cause == nullptr ? "; what set it off was there at the start."
                                    : ", set off by:\n  " + describe(story, *cause));
    }
}

std::string root_text(const Story& story, const Ascent::Root& root) {
    const std::string i = id_of(story, root.source);
    const std::string j = id_of(story, root.target);
    if (root.message != 0) {
        const Message& m = story.message(root.message);
        if (const ScriptedEvent* const e = story.script_of(m))
            return "scripted: event." + e->id;
        if (const ArmedGroup* const g = story.group_of(m))
            return "armed group: group." + g->id + " in " + story.scenario().entity_id(g->host);
        if (is_report(story, m))
            return "false alarm of " + i + " about " + j;
        return "mechanism: " + act_of(story, m).id;
    }
    if (root.base)
        return "the policy's own rate: " + i + " to " + j + ", " +
               std::string(class_names[index(root.quad)]);
    if (root.kind == CauseKind::level)
        return "ordinary level: " + i + " to " + j + ", " +
               std::string(class_names[index(root.quad)]);
    if (root.before_start)
        return "before the start: " + heading(root.kind, i, j);
    if (root.kind == CauseKind::alignment)
        return "alignment: " +
               shortfall_text(story, stays_out(*story.first_morning, root.target), root.target, 0) +
               ", resented by " + i;
    return heading(root.kind, i, j);
}

void print_origins(const Story& story, const Origins& origins) {
    fmt::print("\n{}, traced back through all messages\n", bold("What began it"));
    for (const Ascent::Tree& tree : origins.trees)
        fmt::print("{:>8}  {}\n", percent(tree.share), root_text(story, tree.root));
    if (origins.untraced >= slight)
        fmt::print("{:>8}  everything smaller\n", percent(origins.untraced));
}

struct TreePrinter {
    const Story& story;
    const Ascent& ascent;

    /// " => rung 5" where a message raised the pair to it.
    std::string climb(MessageId message) const {
        for (const Story::Climb& c : ascent.climbs)
            if (c.message == message)
                return bold(fmt::format(" => rung {}", c.to));
        return "";
    }
    void rest(double pruned, const std::string& indent) const {
        if (pruned >= slight)
            fmt::print("{:>8}  {}smaller branches\n", percent(pruned), indent);
    }
    void branches(const std::vector<Ascent::Branch>& all, double pruned,
                  const std::string& indent) const {
        for (const Ascent::Branch& b : all) {
            fmt::print("{:>8}  {}{} [{}]{}\n", percent(b.share), indent,
                       describe(story, story.message(b.message)),
                       cause_names[static_cast<std::size_t>(b.through)], climb(b.message));
            branches(b.branches, b.pruned, indent + "  ");
        }
        rest(pruned, indent);
    }
};

} // namespace

std::string describe(const Story& story, const Message& m) {
    std::string text = fmt::format("{}  {} {} {}", date_of(story, m.tick), id_of(story, m.source),
                                   act_of(story, m).id, id_of(story, m.target));
    text += ", " + std::string(channel_names[index(m.channel)]) + (m.leaked ? " (leaked)" : "");
    if (m.site >= 0)
        text += ", near " + story.scenario().setting.sites[static_cast<std::size_t>(m.site)].id;
    if (is_report(story, m)) {
        if (const ArmedGroup* const g = story.group_of(m))
            text += ", of " + g->id;
        else if (m.cause.message != 0)
            text += ", of " + act_of(story, story.message(m.cause.message)).id;
        else
            text += ", a false alarm";
    }
    if (const ScriptedEvent* const e = story.script_of(m))
        text += ", event." + e->id;
    return text + fmt::format("  (id {})", m.id);
}

void print_account(const Story& story, const Message& m, const Account* account,
                   const Origins& origins) {
    constexpr double least_main = 1.0 / 3;
    fmt::print("{} {}\n\n", bold("Why"), describe(story, m));
    if (account == nullptr) {
        print_mechanism(story, m);
        return;
    }
    if (!origins.trees.empty())
        fmt::print("{}  {}, {} traced back to the beginning.\n",
                   origins.trees.front().share >= least_main ? "Main cause:"
                                                             : "No main cause; the largest:",
                   bold(root_text(story, origins.trees.front().root)),
                   percent(origins.trees.front().share));
    print_stimulus(story, m, *account);
    print_origins(story, origins);
    print_rate(*account);
    print_choice(story, m, *account);
}

void print_ascent(const Story& story, const Ascent& a, double threshold,
                  const std::vector<RunOutcome::Pair>& runs) {
    const std::string pair = id_of(story, a.a) + "-" + id_of(story, a.b);
    const auto runs_to = [&](int rung) {
        return std::count_if(runs.begin(), runs.end(),
                             [&](const auto& run) { return run.peak_rung >= rung; });
    };
    if (a.climbs.empty()) {
        fmt::print("{} did not climb: it never stood above rung {} ({}), where it was at the "
                   "start.\n",
                   pair, a.start, rung_names[static_cast<std::size_t>(a.start)]);
        if (!runs.empty())
            fmt::print("It climbed in {} of the {} runs.\n", runs_to(a.start + 1), runs.size());
        return;
    }
    fmt::print("{} {} climbed from rung {} ({}) to rung {} ({}), reached on {}\n", bold("Why"),
               pair, a.start, rung_names[static_cast<std::size_t>(a.start)], a.peak,
               rung_names[static_cast<std::size_t>(a.peak)], date_of(story, a.peak_tick));
    if (!runs.empty())
        fmt::print("It reached rung {} or more in {} of the {} runs.\n", a.peak, runs_to(a.peak),
                   runs.size());
    fmt::print("\n");
    int stood = a.start;
    for (const Story::Climb& c : a.climbs) {
        fmt::print("  rung {} to {}  {}\n", stood, c.to, describe(story, story.message(c.message)));
        stood = c.to;
    }
    fmt::print("\n{} (shares of the escalation; [through which memory]; below {} left out)\n",
               bold("Where it came from"), percent(threshold));
    for (const Ascent::Tree& tree : a.trees) {
        const TreePrinter printer{story, a};
        fmt::print("\n{:>8}  {}{}\n", percent(tree.share), bold(root_text(story, tree.root)),
                   printer.climb(tree.root.message));
        printer.branches(tree.branches, tree.pruned, "  ");
    }
    if (a.untraced >= slight)
        fmt::print("\n{:>8}  everything smaller\n", percent(a.untraced));
}

} // namespace demarche
