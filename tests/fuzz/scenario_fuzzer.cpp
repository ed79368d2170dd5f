// Any bytes as a scenario: they are loaded, or refused with messages; what loads runs, and its
// copy for the output folder is the same scenario again.
//
// An input is a scenario file and, in comments, what comes with one:
//     #set state.ALD.pacifism=0.9        an override
//     #file parent.toml                  from here on the content of another file
// Files are handed over in memory, so that nothing outside the input but the scenarios
// of configs, tests/errors and tests/fuzz/seeds can be read.

#include <map>
#include <vector>

#include "sim/io/scenario_reader.h"
#include "tests/fuzz/properties.h"

namespace demarche::fuzz {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

/// Scenarios that inputs may extend, by file name.
const Files& known_files() {
    static const Files known = [] {
        Files files;
        for (const char* folder : {"configs", "tests/errors", "tests/fuzz/seeds"})
            for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / folder))
                if (entry.path().extension() == ".toml")
                    files[entry.path().filename().string()] = content(entry.path());
        return files;
    }();
    return known;
}

struct Input {
    Files files;
    std::vector<std::string> overrides;
};

Input split(const std::string& bytes) {
    constexpr std::size_t most_overrides = 8;
    const std::string set = "#set ", file = "#file ";
    Input input;
    std::string* current = &input.files["input.toml"];
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
        const std::string line = bytes.substr(at, end - at);
        const std::string word = line.substr(0, line.find_last_not_of('\n') + 1);
        at = end;
        if (word.starts_with(file))
            current = &input.files[word.substr(file.size())];
        else if (word.starts_with(set) && input.overrides.size() < most_overrides)
            input.overrides.push_back(word.substr(set.size()));
        *current += line;
    }
    return input;
}

std::uint64_t fingerprint(const Scenario& s) {
    Fingerprint f;
    Setting setting = s.setting;
    setting.describe([&](const Parameter&, double& value) { f.add(value); });
    for (const ScriptedEvent& e : s.events) {
        f.add(static_cast<std::uint64_t>(e.day));
        f.add(std::uint64_t{e.act});
        f.add(e.salience);
    }
    for (const Shock& shock : s.shocks)
        for (const auto& [path, value] : shock.set)
            f.add(value);
    f.add(static_cast<std::uint64_t>(s.start.number));
    f.add(static_cast<std::uint64_t>(s.days));
    f.add(s.seed);
    return f.value();
}

void check(const std::string& bytes) {
    if (known_to_break_the_parser(bytes))
        return;
    Input input = split(bytes);
    const ReadText read = [&](const fs::path& file) -> FileText {
        for (const Files* files : {&const_cast<const Files&>(input.files), &known_files()})
            if (const auto it = files->find(file.filename().string()); it != files->end())
                return {it->second, ""};
        return {"", "no such file"};
    };
    Problems problems;
    const auto loaded = load_scenario("input.toml", input.overrides, problems, read);
    require(loaded.has_value() == problems.empty(), "loaded and problems disagree");
    check_messages(problems);
    if (!loaded)
        return;
    input.files["input.toml"] = loaded->text;
    const auto again = load_scenario("input.toml", {}, problems, read);
    require(again.has_value(), "the copy for the output folder is wrong: " + problems.text());
    require(fingerprint(again->scenario) == fingerprint(loaded->scenario),
            "the copy for the output folder is another scenario");
    check_ticks(loaded->scenario);
}

} // namespace
} // namespace demarche::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    demarche::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
