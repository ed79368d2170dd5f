#include "agents/basic_policy.h"

namespace demarche {
namespace {

/// Does nothing by itself; only the scenario's dated events speak for it.
struct Scripted final : BasicPolicy<Scripted> {
    std::string_view name() const override { return "scripted"; }
    std::string_view summary() const override { return "does only what the scenario scripts"; }
    bool settles() const override { return true; }
    RecordColumns reads() const override { return 0; }
    void respond(const Knobs&, Response& response) const override {
        for (QuadClass q : all_classes)
            response[q].level = 0;
    }
};

} // namespace

std::unique_ptr<Policy> make_scripted() {
    return std::make_unique<Scripted>();
}

} // namespace demarche
