#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "sim/engine/scenario.h"

namespace demarche {

/// Which row a state has, by its id. Looks first where the last one was and just behind it, because
/// tables are sorted.
class ActorIndex {
public:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    explicit ActorIndex(const Scenario& s) : actors_(&s.setting.actors) {
        for (std::size_t i = 0; i < actors_->size(); ++i)
            rows_.emplace((*actors_)[i].id, i);
    }
    /// The row; `none` for organisations, groups and what the scenario does not know.
    std::size_t operator()(std::string_view id) {
        for (std::size_t next = last_; next < last_ + 2 && next < actors_->size(); ++next)
            if ((*actors_)[next].id == id)
                return last_ = next;
        const auto found = rows_.find(id);
        return found == rows_.end() ? none : last_ = found->second;
    }

private:
    const std::vector<Actor>* actors_;
    std::unordered_map<std::string_view, std::size_t> rows_;
    std::size_t last_ = 0;
};

} // namespace demarche
