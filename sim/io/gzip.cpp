#include "sim/io/gzip.h"

#include <array>
#include <stdexcept>

#define ZLIB_CONST // inputs are not written to
#include <zlib.h>

namespace demarche {

std::string gzip(std::string_view text) {
    constexpr int with_gzip_header = 15 + 16;
    constexpr int memory = 8;
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, with_gzip_header, memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot be used");
    std::string packed;
    std::array<unsigned char, 1U << 16U> block{};
    stream.next_in = reinterpret_cast<const Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = block.data();
        stream.avail_out = static_cast<uInt>(block.size());
        state = deflate(&stream, Z_FINISH);
        packed.append(reinterpret_cast<const char*>(block.data()), block.size() - stream.avail_out);
    }
    deflateEnd(&stream);
    if (state != Z_STREAM_END)
        throw std::runtime_error("zlib cannot compress");
    return packed;
}

} // namespace demarche
