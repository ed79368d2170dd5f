#include "sim/study/ascent.h"

#include <algorithm>

namespace demarche {
namespace {

constexpr double crumb = 1e-9; // shares below it are not followed

/// A message and what it owes to one message, or root, before it.
struct Debt {
    MessageId message = 0;
    double share = 0;
    CauseKind through = CauseKind::level;
};

class Tracer {
public:
    Tracer(const Story& story, double threshold)
        : story_(story), threshold_(threshold), weight_(story.messages.size() + 1, 0.0),
          answers_(story.messages.size() + 1) {}

    void add(MessageId message, double share) { weight_[message] += share; }

    /// Messages are numbered in the order of posting: whatever provoked one has a smaller number.
    void trace() {
        for (auto id = static_cast<MessageId>(weight_.size() - 1); id > 0; --id)
            if (weight_[id] >= crumb)
                hand_on(id);
            else
                untraced_ += weight_[id];
    }

    Origins finish() {
        Origins all;
        for (const Origin& origin : origins_) {
            Ascent::Tree tree{origin.root, origin.share, {}, 0};
            if (origin.share < threshold_) {
                untraced_ += origin.share;
                continue;
            }
            if (origin.root.message != 0)
                grow(origin.root.message, 1, tree.branches, tree.pruned);
            else
                for (const Debt& d : origin.provoked)
                    add_branch(d, 1, tree.branches, tree.pruned);
            in_order(tree.branches);
            all.trees.push_back(std::move(tree));
        }
        std::stable_sort(all.trees.begin(), all.trees.end(),
                         [](const auto& x, const auto& y) { return x.share > y.share; });
        all.untraced = untraced_;
        return all;
    }

private:
    struct Origin {
        Ascent::Root root;
        double share = 0;
        std::vector<Debt> provoked;
    };

    Origin& origin(const Ascent::Root& root) {
        const auto found = std::find_if(origins_.begin(), origins_.end(),
                                        [&](const Origin& o) { return o.root == root; });
        return found != origins_.end() ? *found : origins_.emplace_back(Origin{root, 0, {}});
    }

    void owe(const Ascent::Root& root, MessageId id, double share) {
        if (share <= 0)
            return;
        Origin& to = origin(root);
        to.share += share * weight_[id];
        to.provoked.push_back({id, share, root.kind});
    }

    void owe(MessageId earlier, MessageId id, double share, CauseKind through) {
        weight_[earlier] += share * weight_[id];
        // Of several memories of one message the one that weighs most names the link.
        std::vector<Debt>& answers = answers_[earlier];
        if (!answers.empty() && answers.back().message == id) {
            if (share > greatest_)
                answers.back().through = through;
            greatest_ = std::max(greatest_, share);
            answers.back().share += share;
        } else {
            answers.push_back({id, share, through});
            greatest_ = share;
        }
    }

    void hand_on(MessageId id) {
        const Message& m = story_.message(id);
        if (!story_.by_policy(id)) {
            if (m.cause.message != 0)
                owe(m.cause.message, id, 1, m.cause.kind);
            else
                origin({m.cause.kind, false, false, id, m.source, m.target,
                        story_.scenario().acts[m.act].quad})
                    .share += weight_[id];
            return;
        }
        const Decision& d = *story_.decisions[id - 1];
        const QuadClass q = story_.scenario().acts[m.act].quad;
        owe({CauseKind::level, false, false, 0, m.source, m.target, q}, id, d.level / d.stimulus);
        owe({CauseKind::level, false, true, 0, m.source, m.target, q}, id, d.base / d.stimulus);
        std::vector<StimulusPart> parts = story_.remembered(id);
        std::stable_sort(parts.begin(), parts.end(),
                         [](const auto& x, const auto& y) { return x.message < y.message; });
        for (const StimulusPart& p : parts)
            if (p.message != 0)
                owe(p.message, id, p.amount / d.stimulus, p.kind);
            else // stances held at the start were resented before it, too: one root
                owe({p.kind, p.before_start && p.kind != CauseKind::alignment, false, 0, m.source,
                     m.target, QuadClass::none},
                    id, p.amount / d.stimulus);
    }

    void add_branch(const Debt& d, double factor, std::vector<Ascent::Branch>& to, double& pruned) {
        const double way = factor * d.share;
        if (way * weight_[d.message] < threshold_) {
            pruned += way * weight_[d.message];
            return;
        }
        Ascent::Branch branch{d.message, d.through, way * weight_[d.message], {}, 0};
        grow(d.message, way, branch.branches, branch.pruned);
        to.push_back(std::move(branch));
    }

    void grow(MessageId message, double factor, std::vector<Ascent::Branch>& to, double& pruned) {
        for (const Debt& d : answers_[message])
            add_branch(d, factor, to, pruned);
        in_order(to);
    }

    static void in_order(std::vector<Ascent::Branch>& branches) {
        std::stable_sort(branches.begin(), branches.end(),
                         [](const auto& x, const auto& y) { return x.share > y.share; });
    }

    const Story& story_;
    double threshold_;
    std::vector<double> weight_; ///< [message]: share of the escalation that goes through it
    std::vector<std::vector<Debt>> answers_; ///< [message]: what it provoked
    std::vector<Origin> origins_;
    double greatest_ = 0;
    double untraced_ = 0;
};

} // namespace

Origins trace_origins(const Story& story, MessageId message, double threshold) {
    Tracer tracer(story, threshold);
    tracer.add(message, 1);
    tracer.trace();
    return tracer.finish();
}

Ascent explain_ascent(const Story& story, std::size_t a, std::size_t b, double threshold) {
    Ascent ascent;
    ascent.a = std::min(a, b);
    ascent.b = std::max(a, b);
    const World& morning = *story.first_morning;
    ascent.start = ascent.peak = morning.rung(a, b);
    for (const Story::Climb& climb : story.climbs)
        if (climb.a == ascent.a && climb.b == ascent.b && climb.to > ascent.peak) {
            ascent.peak = climb.to;
            ascent.peak_tick = climb.tick;
            ascent.climbs.push_back(climb);
        }
    if (ascent.climbs.empty())
        return ascent;
    Tracer tracer(story, threshold);
    int stood = ascent.start;
    for (const Story::Climb& climb : ascent.climbs) {
        tracer.add(climb.message, (climb.to - stood) / double(ascent.peak - ascent.start));
        stood = climb.to;
    }
    tracer.trace();
    Origins origins = tracer.finish();
    ascent.trees = std::move(origins.trees);
    ascent.untraced = origins.untraced;
    return ascent;
}

} // namespace demarche
