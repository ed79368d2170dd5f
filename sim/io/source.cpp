#include "sim/io/source.h"

#include <algorithm>
#include <sstream>

#include "sim/io/section.h"

namespace demarche {
namespace {

namespace fs = std::filesystem;

/// Moves every value of `from` into `into`; tables are merged, everything else is replaced.
void merge(toml::table& into, toml::table&& from) {
    for (auto&& [key, node] : from) {
        toml::node* const old = into.get(key.str());
        if (old != nullptr && old->is_table() && node.is_table())
            merge(*old->as_table(), std::move(*node.as_table()));
        else
            node.visit([&, k = key](auto& value) { into.insert_or_assign(k, std::move(value)); });
    }
}

/// Spells the paths that shocks set in one way, { "a.b" = 1 }, so that tables merge path by path.
void spell_shocks(toml::table& root, Problems& problems) {
    toml::table* const shocks = root["shock"].as_table();
    if (shocks == nullptr)
        return;
    for (auto&& [id, shock] : *shocks)
        if (toml::table* const set = toml::node_view(shock)["set"].as_table()) {
            toml::table flat;
            visit_paths(*set, [&](const std::string& path, const toml::key& key, auto& node) {
                if (flat.contains(path))
                    problems.add(place_of(key), "'" + path + "' is set twice by shock '" +
                                                    std::string(id.str()) + "'");
                node.visit([&](auto& value) {
                    flat.insert_or_assign(toml::key(path, toml::source_region(key.source())),
                                          std::move(value));
                });
            });
            flat.is_inline(set->is_inline());
            *set = std::move(flat);
        }
}

/// Splits "event.insult" and finds the table that holds its last part. (Of a shock's changes that
/// is a whole path.)
toml::table* holder_of(toml::table& root, std::string_view path, std::string& last) {
    toml::table* table = &root;
    for (;;) {
        const std::size_t dot = path.find('.');
        if (dot == std::string_view::npos || table->contains(path)) {
            last = path;
            return table;
        }
        toml::node* const next = table->get(path.substr(0, dot));
        if (next == nullptr || !next->is_table())
            return nullptr;
        table = next->as_table();
        path.remove_prefix(dot + 1);
    }
}

/// Removes what `without` names.
void remove_unwanted(toml::table& root, Problems& problems) {
    const toml::node* const node = root.get("without");
    if (node == nullptr)
        return;
    const char* const form = "a list of paths such as \"event.insult\"";
    const toml::array* const list = node->as_array();
    if (list == nullptr)
        expected(problems, *node, "without", form);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const toml::node& item = (*list)[i];
        const std::string path = item.value_or(std::string());
        if (path.find('.') == std::string::npos) {
            expected(problems, item, "without", form);
            continue;
        }
        std::string last;
        toml::table* const table = holder_of(root, path, last);
        if (table != nullptr && table->erase(last) > 0)
            continue;
        std::vector<std::string> names;
        if (table != nullptr)
            for (const auto& [key, unused] : *table)
                names.push_back(path.substr(0, path.size() - last.size()) + std::string(key.str()));
        problems.add(place_of(item), "'without' names '" + path +
                                         "', which the scenario does not have" + hint(path, names));
    }
    root.erase("without");
}

class Reader {
public:
    /// The coefficients that [policy.X] takes from a file; what the table states itself holds.
    void read_coefficients(toml::table& root, const fs::path& file) {
        toml::table* const policies = root["policy"].as_table();
        if (!policies)
            return;
        for (auto&& [name, node] : *policies) {
            toml::table* const policy = node.as_table();
            const toml::node* const from = policy ? policy->get("from") : nullptr;
            if (!from)
                continue;
            const Place place = place_of(*from);
            if (!from->is_string()) {
                expected(*problems_, *from, "from", "the path of a file of coefficients");
                continue;
            }
            const fs::path path = file.parent_path() / *from->value<std::string>();
            policy->erase("from");
            const FileText content = (*read_text_)(path);
            if (!content.error.empty()) {
                problems_->add(place, "'" + path.string() + "': " + content.error);
                continue;
            }
            auto coefficients = parse_toml(content.text, path.string(), *problems_);
            if (!coefficients)
                continue;
            ++files_;
            merge(*coefficients, std::move(*policy));
            *policy = std::move(*coefficients);
        }
    }

    Reader(const ReadText& read_text, Problems& problems)
        : read_text_(&read_text), problems_(&problems) {}

    std::optional<toml::table> read(const fs::path& file, Place asked_from) {
        const std::string name = file.string();
        const auto fail = [&](const std::string& what) -> std::optional<toml::table> {
            problems_->add(asked_from.file.empty() ? Place{name} : asked_from,
                           asked_from.file.empty() ? what : "'" + name + "': " + what);
            return std::nullopt;
        };
        std::error_code error;
        const fs::path canonical = fs::weakly_canonical(file, error);
        if (std::find(chain_.begin(), chain_.end(), canonical) != chain_.end())
            return fail("a scenario cannot extend itself");
        FileText content = (*read_text_)(file);
        if (!content.error.empty())
            return fail(content.error);
        text_ = std::move(content.text);
        auto parsed = parse_toml(text_, name, *problems_);
        if (!parsed)
            return std::nullopt;
        toml::table table = std::move(*parsed);
        spell_shocks(table, *problems_);
        ++files_;
        read_coefficients(table, file);
        const toml::node* const extends = table.get("extends");
        if (extends != nullptr) {
            const auto parent_name = extends->value<std::string>();
            if (!parent_name || !extends->is_string()) {
                expected(*problems_, *extends, "extends", "the path of a scenario file");
                return std::nullopt;
            }
            chain_.push_back(canonical);
            auto parent = read(file.parent_path() / *parent_name, place_of(*extends));
            chain_.pop_back();
            if (!parent)
                return std::nullopt;
            table.erase("extends");
            merge(*parent, std::move(table));
            table = std::move(*parent);
        } else if (const toml::node* const without = table.get("without")) {
            problems_->add(place_of(*without), "'without' takes parts out of the scenario that "
                                               "'extends' names; here is none");
        }
        remove_unwanted(table, *problems_);
        return table;
    }

    int files() const { return files_; }
    const std::string& text() const { return text_; }

private:
    const ReadText* read_text_;
    Problems* problems_;
    std::vector<fs::path> chain_;
    std::string text_;
    int files_ = 0;
};

void override_value(toml::table& root, const std::string& text, Problems& problems) {
    auto parsed = parse_override(text, problems);
    if (!parsed)
        return;
    // What has an id must exist already: a misspelt one would otherwise be a new thing.
    // (Acts may be built in, ties and relations need not be stated.)
    for (const char* kind :
         {"state", "organisation", "group", "site", "event", "shock", "stance"}) {
        const toml::table* const things = (*parsed)[kind].as_table();
        if (things == nullptr)
            continue;
        const toml::table* const known = root[kind].as_table();
        for (const auto& [key, node] : *things) {
            if (known != nullptr && known->contains(key.str()))
                continue;
            std::vector<std::string> names;
            if (known != nullptr)
                for (const auto& [k, unused] : *known)
                    names.emplace_back(k.str());
            problems.add({"--set " + text}, "no " + std::string(kind) + " is called '" +
                                                std::string(key.str()) + "'" +
                                                hint(key.str(), names));
            return;
        }
    }
    spell_shocks(*parsed, problems);
    merge(root, std::move(*parsed));
}

} // namespace

std::optional<toml::table> parse_override(const std::string& text, Problems& problems) {
    const Place place{"--set " + text};
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        problems.add(place, "must be path=value, such as state.KAZ.pacifism=0.9");
        return std::nullopt;
    }
    const std::string path = text.substr(0, equals);
    const std::string value = text.substr(equals + 1);
    // A bare word is a string: --set severity_scale=plover
    for (const std::string& form : {path + " = " + value, path + " = \"" + value + "\""}) {
        Problems unread;
        if (auto parsed = parse_toml(form, "--set " + text, unread))
            return parsed;
    }
    problems.add(place, "cannot be read as path=value");
    return std::nullopt;
}

std::optional<Source> read_source(const fs::path& file, const std::vector<std::string>& overrides,
                                  Problems& problems, const ReadText& read) {
    Reader reader(read, problems);
    auto table = reader.read(file, {});
    if (!table)
        return std::nullopt;
    for (const std::string& o : overrides)
        override_value(*table, o, problems);
    const bool alone = reader.files() == 1 && overrides.empty();
    return Source{std::move(*table), alone ? reader.text() : "", file.filename().string()};
}

std::string Source::text() const {
    if (!verbatim.empty())
        return verbatim;
    std::ostringstream merged;
    merged << "# The scenario as it was run: " << name
           << " with all that it extends and all overrides.\n\n"
           << table << "\n";
    return merged.str();
}

} // namespace demarche
