#include "sim/io/files.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace demarche {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in)
        refuse(path, "cannot be read");
    return text;
}

void refuse(const std::filesystem::path& path, const std::string& why) {
    throw std::runtime_error(path.string() + ": " + why);
}

} // namespace demarche
