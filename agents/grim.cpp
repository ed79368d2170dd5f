#include "agents/basic_policy.h"
#include "sim/core/elementary.h"

namespace demarche {
namespace {

/// Cooperates until it has been harmed beyond a threshold, then is hostile as long as the slowest
/// memory keeps that harm above it (Friedman, Review of Economic Studies, 1971).
struct Grim final : BasicPolicy<Grim> {
    double threshold = 0.002;
    double hostility = 0.5;

    std::string_view name() const override { return "grim"; }
    std::string_view summary() const override {
        return "talks until harmed, then stays hostile while it remembers";
    }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes) {
            response[q].level = is_conflict(q) ? 0 : 1;
            response[q].base = is_conflict(q) ? hostility : 0;
        }
        disperse(response);
    }
    void posture(const View& view, std::span<PerClass> posture) const override {
        const double never = log_bits(practically_never);
        for (std::size_t k = 0; k < view.count(); ++k) {
            view.fetch_ahead(k, verbal, 1);
            view.fetch_ahead(k, material, 1);
            const bool harmed = harmed_by(view, k);
            for (QuadClass q : all_classes)
                if (harmed != is_conflict(q))
                    posture[k][index(q)] = never;
        }
    }
    void parts(const View& view, std::size_t k, QuadClass q,
               std::vector<PosturePart>& out) const override {
        const bool harmed = harmed_by(view, k);
        if (harmed != is_conflict(q))
            out.push_back({harmed ? "no cooperation once harmed" : "no hostility until harmed",
                           log_bits(practically_never)});
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"threshold", "acts/day", 0, unbounded, "remembered harm that ends cooperation"},
              threshold);
        visit({"hostility", "acts/day", 0, 100, "rate of each conflict class once harmed"},
              hostility);
    }

private:
    static constexpr double practically_never = 1e-9;
    static constexpr std::size_t slowest = horizon_count - 1;
    static constexpr std::size_t verbal = column(Stream::received, QuadClass::vconf, slowest);
    static constexpr std::size_t material = column(Stream::received, QuadClass::mconf, slowest);
    bool harmed_by(const View& view, std::size_t k) const {
        return view.memory(k, verbal) + view.memory(k, material) > threshold;
    }
};

} // namespace

std::unique_ptr<Policy> make_grim() {
    return std::make_unique<Grim>();
}

} // namespace demarche
