#pragma once

/// Marks a loop-heavy function that is compiled twice: for every x86-64 processor, and for those
/// with AVX2, which is chosen when the program starts. Both give the same bits, because the same
/// additions and multiplications are done in the same order. Sanitizers cannot run before that
/// choice is made, so their builds have the portable version only.
/// DEMARCHE_VECTORISE_WIDE also compiles for AVX-512: for long loops over many numbers at once,
/// and for those alone, as short loops do not fill such vectors.
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) &&                 \
    !defined(__SANITIZE_THREAD__) && !defined(__AVX2__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DEMARCHE_CLONES(...)
#endif
#endif
#ifndef DEMARCHE_CLONES
#define DEMARCHE_CLONES(...) __attribute__((target_clones(__VA_ARGS__)))
#endif
#else
#define DEMARCHE_CLONES(...)
#endif
#define DEMARCHE_VECTORISE DEMARCHE_CLONES("arch=x86-64-v3", "default")
#define DEMARCHE_VECTORISE_WIDE DEMARCHE_CLONES("arch=x86-64-v4", "arch=x86-64-v3", "default")
