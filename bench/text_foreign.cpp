/* SPDX-License-Identifier: Apache-2.0
 *
 * PCRE2 with its JIT and RE2::Set, beside Hyperscan on the same expressions.
 */
#include "text_bench.h"

#include <string>
#include <vector>

#ifdef VG_BENCH_REGEX
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <re2/set.h>

struct foreign_side {
    std::vector<pcre2_code *> code;
    pcre2_match_data *data = nullptr;
    RE2::Set *set = nullptr;
    std::vector<int> found;
};

foreign_side *foreign_pcre2_create(char *const *expressions, size_t count)
{
    enum { PART_BYTES = 20000 }; /* its compiled form must fit into 64 KiB, with links of two bytes as distributions build it */
    foreign_side *side = new foreign_side;
    for (size_t i = 0; i < count;) {
        std::string all;
        for (; i < count && all.size() < PART_BYTES; i++) all += (all.empty() ? "(?:" : "|(?:") + std::string(expressions[i]) + ")";
        int error;
        PCRE2_SIZE at;
        pcre2_code *code = pcre2_compile((PCRE2_SPTR)all.data(), all.size(), 0, &error, &at, nullptr);
        if (!code || pcre2_jit_compile(code, PCRE2_JIT_COMPLETE)) {
            if (code) pcre2_code_free(code);
            foreign_side_destroy(side);
            return nullptr;
        }
        side->code.push_back(code);
    }
    side->data = pcre2_match_data_create(8, nullptr);
    return side;
}

foreign_side *foreign_re2_create(char *const *expressions, size_t count)
{
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1); /* bytes */
    options.set_max_mem((int64_t)1 << 30);
    foreign_side *side = new foreign_side;
    side->set = new RE2::Set(options, RE2::UNANCHORED);
    bool right = true;
    for (size_t i = 0; i < count; i++) right = right && side->set->Add(expressions[i], nullptr) >= 0;
    if (right && side->set->Compile()) return side;
    foreign_side_destroy(side);
    return nullptr;
}

size_t foreign_side_match(foreign_side *side, const char *text, size_t len)
{
    if (side->set) {
        side->found.clear();
        return side->set->Match(re2::StringPiece(text, len), &side->found) ? 1 : 0;
    }
    size_t found = 0;
    for (pcre2_code *code : side->code)
        found |= pcre2_jit_match(code, (PCRE2_SPTR)text, len, 0, 0, side->data, nullptr) > 0;
    return found;
}

void foreign_side_destroy(foreign_side *side)
{
    if (!side) return;
    for (pcre2_code *code : side->code) pcre2_code_free(code);
    if (side->data) pcre2_match_data_free(side->data);
    delete side->set;
    delete side;
}
#else
struct foreign_side {};
foreign_side *foreign_pcre2_create(char *const *, size_t) { return nullptr; }
foreign_side *foreign_re2_create(char *const *, size_t) { return nullptr; }
size_t foreign_side_match(foreign_side *, const char *, size_t) { return 0; }
void foreign_side_destroy(foreign_side *) {}
#endif
