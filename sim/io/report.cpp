#include "sim/io/report.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "sim/io/embedded.h"
#include "sim/io/files.h"
#include "sim/io/gzip.h"
#include "sim/io/report_data.h"

namespace demarche {
namespace {

using Json = nlohmann::ordered_json;
using Kind = ReportedFolder::Kind;

constexpr std::uint64_t quick = 100'000; ///< actors squared times ticks that are told again unasked

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const unsigned word = byte(0) << 16U | byte(1) << 8U | byte(2);
        text += digits[word >> 18U];
        text += digits[word >> 12U & 63U];
        text += i + 1 < bytes.size() ? digits[word >> 6U & 63U] : '=';
        text += i + 2 < bytes.size() ? digits[word & 63U] : '=';
    }
    return text;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else
            out += c;
    return out;
}

constexpr std::array<std::string_view, 5> kind_names{"run", "ensemble", "sweep", "fit", "score"};

/// The page with its data: one script element per table, gzipped, so that a tab unpacks only what
/// it shows.
std::string page(const ReportedFolder& folder, const ReportData& data, const std::string& program) {
    std::string facts =
        "{\"kind\":\"" + std::string(kind_names[static_cast<std::size_t>(folder.kind)]) +
        "\",\"manifest\":" + folder.manifest + ",\"reporter\":" + Json(program).dump();
    std::string title = folder.name;
    for (const auto& [key, json] : data.facts) {
        facts += ",\"" + key + "\":" + json;
        if (key == "title" && json.size() > 2)
            title = Json::parse(json).get<std::string>();
    }
    facts += "}";
    const auto script = [](std::string_view name, std::string_view text) {
        return "<script type=\"application/gzip\" data-name=\"" + std::string(name) + "\">" +
               base64(gzip(text)) + "</script>\n";
    };
    std::string scripts = script("facts", facts);
    for (const auto& [name, csv] : data.tables)
        scripts += script(name, csv);

    std::string html(embedded_report_html);
    const auto fill = [&](const std::string& place, const std::string& text) {
        html.replace(html.find(place), place.size(), text);
    };
    fill("<!--title-->", escaped(title));
    fill("<!--data-->", scripts);
    return html;
}

void add_study(ReportData& data, const ReportedFolder& folder) {
    for (const char* name : {"design", "summary", "effects", "bands", "sensitivity", "tipping",
                             "fit", "actors", "scores"})
        if (const std::string file = std::string(name) + ".csv"; folder.has(file))
            data.tables.emplace_back(name, read_file(folder.path / file));
    for (const char* name : {"sweep.toml", "scenario.toml", "coefficients.toml"})
        if (folder.has(name))
            data.fact(name, read_file(folder.path / name));
}

void add_timeline(ReportData& data, const LoadedScenario& loaded) {
    if (!loaded.timeline.empty())
        data.tables.emplace_back("timeline", read_file(loaded.timeline));
}

} // namespace

void ReportData::fact(const std::string& key, std::string_view text) {
    facts.emplace_back(key, Json(text).dump());
}

std::optional<std::string> report_html(const std::filesystem::path& path,
                                       const ReportOptions& options, Problems& problems) {
    const ReportedFolder folder = read_reported_folder(path);
    const bool of_runs = folder.kind == Kind::run || folder.kind == Kind::ensemble;
    if (!of_runs && options.explained > 0U)
        throw std::runtime_error(path.string() + ": only what 'demarche run' wrote has pairs to "
                                                 "explain; leave --explain out");
    std::exception_ptr changed;
    std::jthread check([&] {
        try {
            check_bytes(folder, 1);
        } catch (...) {
            changed = std::current_exception();
        }
    });
    ReportData data;
    if (of_runs) {
        auto past = read_past_run(path, problems);
        if (!past)
            return std::nullopt;
        const Scenario& s = past->loaded.scenario;
        add_scenario(data, s);
        if (options.warning)
            data.fact("warning", options.warning(s, folder.kind == Kind::ensemble));
        data.fact("scenario.toml", past->loaded.text);
        add_timeline(data, past->loaded);
        (folder.kind == Kind::run ? add_run : add_ensemble)(data, *past, options.threads);
        const std::uint64_t cost = std::uint64_t{s.actor_count()} * s.actor_count() *
                                   static_cast<std::uint64_t>(s.ticks());
        const unsigned usual = folder.kind == Kind::run ? 8 : 3;
        add_explanations(data, *past, options.explained.value_or(cost <= quick ? usual : 0));
    } else {
        add_study(data, folder);
    }
    check.join();
    if (changed)
        std::rethrow_exception(changed);
    return page(folder, data, options.program);
}

} // namespace demarche
