#pragma once
#include <string>
#include <vector>

namespace demarche {

struct StudyOptions {
    std::string config;
    std::vector<std::string> events; ///< NAME=FILE
    std::vector<std::string> rivals; ///< NAME=FILE, forecasts of others
    std::string out;                 ///< "" = outputs/<name of the config file>
    unsigned threads = 0;            ///< 0 = as many as the machine has
    bool quiet = false;
};

int fit_command(const StudyOptions& options);
int score_command(const StudyOptions& options);

} // namespace demarche
