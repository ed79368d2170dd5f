#include <algorithm>

#include "sim/io/reading.h"

namespace demarche {
namespace {

bool is_id(const std::string& id) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto other = [&](char c) { return capital(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !id.empty() && capital(id.front()) && std::all_of(id.begin(), id.end(), other);
}

/// Entities and states share their ids: all of them can send messages or be named in them.
void check_id(Reading& reading, const Entry& entry) {
    const auto taken = [&](const std::vector<std::string>& by) {
        return std::find(by.begin(), by.end(), entry.id) != by.end();
    };
    if (!is_id(entry.id))
        reading.problems.add(place_of(entry.key), "'" + entry.id +
                                                      "' cannot be an id: capital letters, digits "
                                                      "and underscores, a letter first");
    else if (taken(reading.entity_ids) || taken(reading.state_ids))
        reading.problems.add(place_of(entry.key),
                             "the id '" + entry.id + "' is taken by another entity");
    reading.entity_ids.push_back(entry.id);
}

void read_organisation(Reading& reading, const Entry& entry) {
    check_id(reading, entry);
    Organisation o;
    o.id = entry.id;
    o.name = entry.id;
    Section s(reading.problems);
    s.text("name", o.name, "what people call it").otherwise("the id");
    s.choice("mandate", mandate_names, o.mandate,
             "what it is for; policies tell security from economic organisations")
        .required();
    s.strings("members", "list of states", "its member states",
              [&](const std::string& member, const toml::node& at) {
                  const auto row = reading.find("state", reading.state_ids, member, place_of(at));
                  if (!row)
                      return;
                  if (std::find(o.members.begin(), o.members.end(), *row) != o.members.end())
                      reading.problems.add(place_of(at), "'" + member + "' is listed twice");
                  else
                      o.members.push_back(*row);
              })
        .required();
    s.parameters(o);
    reading.read(s, "organisation", entry);
    std::sort(o.members.begin(), o.members.end());
    reading.scenario.setting.organisations.push_back(std::move(o));
}

void read_group(Reading& reading, const Entry& entry) {
    check_id(reading, entry);
    ArmedGroup g;
    g.id = entry.id;
    g.name = entry.id;
    std::optional<std::size_t> sponsor, host, against;
    std::optional<Day> since;
    Section s(reading.problems);
    s.text("name", g.name, "what people call it").otherwise("the id");
    reading.state_key(s, "sponsor", sponsor, "who keeps it; knows of it and never reports it");
    reading.state_key(s, "host", host, "where it stands; never reports it, and is blamed for it");
    reading.state_key(s, "against", against, "whom it is aimed at; neither host nor sponsor");
    s.date("since", since, "day of the run on which it appears").otherwise("the first day");
    s.parameters(g);
    reading.read(s, "group", entry);
    const toml::table& table = entry.table;
    if (since && reading.run_is_known && *since < reading.scenario.start)
        reading.problems.add(place_of(*table.get("since")),
                             iso(*since) + " is before the run; leave 'since' out for a group that "
                                           "is there already");
    else if (since)
        if (const auto day = reading.day_in_run(*table.get("since"), since))
            g.since_day = *day;
    if (against && against == host)
        reading.problems.add(place_of(*table.get("against")), "a group cannot be against its host");
    if (against && against == sponsor)
        reading.problems.add(place_of(*table.get("against")),
                             "a group cannot be against its sponsor");
    if (!sponsor || !host || !against)
        return;
    g.sponsor = *sponsor;
    g.host = *host;
    g.against = *against;
    reading.scenario.setting.groups.push_back(std::move(g));
}

void read_exposure(Reading& reading, Site& site, const toml::node& value) {
    const toml::table* const table = value.as_table();
    if (table == nullptr) {
        expected(reading.problems, value, "exposure", "a table such as { UKR = 1.0 }");
        return;
    }
    for (const auto& [key, node] : *table) {
        const std::string id(key.str());
        if (const auto row = reading.find("state", reading.state_ids, id, place_of(key))) {
            Section one(reading.problems);
            one.parameter({"exposure." + id, "", 0, 1, ""}, site.exposure[*row]);
            one.handle("exposure." + id, node);
        }
    }
}

void read_site(Reading& reading, const Entry& entry) {
    check_id(reading, entry);
    Site site;
    site.id = entry.id;
    site.name = entry.id;
    site.exposure.assign(reading.state_ids.size(), 0.0);
    std::optional<std::size_t> host;
    Section s(reading.problems);
    s.text("name", site.name, "what people call it").otherwise("the id");
    reading.state_key(s, "host", host, "the state on whose territory it is; harm is in `exposure`");
    s.strings("near", "list of pairs", "pairs whose military moves may come near it, as `\"A-B\"`",
              [&](const std::string& name, const toml::node& at) {
                  const auto rows = reading.pair(name, place_of(at));
                  if (!rows)
                      return;
                  const std::pair<std::size_t, std::size_t> pair =
                      std::minmax(rows->first, rows->second);
                  if (std::find(site.near.begin(), site.near.end(), pair) != site.near.end())
                      reading.problems.add(place_of(at), "'" + name + "' is listed twice");
                  else
                      site.near.push_back(pair);
              });
    s.custom("exposure", "table: state = 0 to 1",
             "how much damage to the site would harm each state; one left out counts 0",
             [&](const toml::node& value) { read_exposure(reading, site, value); })
        .otherwise("none");
    s.parameters(site);
    reading.read(s, "site", entry);
    if (host)
        site.host = *host;
    reading.scenario.setting.sites.push_back(std::move(site));
}

} // namespace

void read_entities(Reading& reading) {
    reading.each("organisation", [&](const Entry& entry) { read_organisation(reading, entry); });
    reading.each("group", [&](const Entry& entry) { read_group(reading, entry); });
    reading.each("site", [&](const Entry& entry) { read_site(reading, entry); });
}

} // namespace demarche
