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
    void respond(const View& view, Response& response) const override {
        const auto verbal = view.memory[column(Stream::received, QuadClass::vconf, 3)];
        const auto material = view.memory[column(Stream::received, QuadClass::mconf, 3)];
        const double never = log_bits(1e-9);
        for (QuadClass q : all_classes) {
            response[q].level = is_conflict(q) ? 0 : 1;
            response[q].base = is_conflict(q) ? hostility : 0;
            for (std::size_t j = 0; j < view.count; ++j) {
                const bool harmed = verbal[j] + material[j] > threshold;
                if (harmed != is_conflict(q))
                    response.posture[index(q)][j] = never;
            }
        }
        disperse(response);
    }
    void describe(const ParameterVisitor& visit) override {
        visit({"threshold", "acts/day", 0, unbounded, "remembered harm that ends cooperation"},
              threshold);
        visit({"hostility", "acts/day", 0, 100, "rate of each conflict class once harmed"},
              hostility);
    }
};

} // namespace

std::unique_ptr<Policy> make_grim() {
    return std::make_unique<Grim>();
}

} // namespace demarche
