/* SPDX-License-Identifier: Apache-2.0
 *
 * The names and hosts by which contact addresses are known: policy/contacts.txt, as a table since the build.
 */
#include "signals/text/contact_int.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct number_word {
    const char *word;
    int value;
} number_word;

#include "contact_table.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same(const char *name, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (name[i] != lower(word[i])) return false; /* also at its end */
    return name[len] == '\0';
}

static bool is_one_of(const char *const *list, size_t count, const char *word, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (same(list[i], word, len)) return true;
    return false;
}

const text_contact_word *text_contact_word_of(const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (same(words[i].word, word, len)) return &words[i];
    return NULL;
}

const text_contact_link *text_contact_link_of(const char *host, size_t len)
{
    static const char *const prefixes[] = {"www.", "m."};
    for (size_t k = 0; k <= COUNT(prefixes); k++) {
        size_t skip = k ? strlen(prefixes[k - 1]) : 0;
        if (len <= skip || (k && !same(prefixes[k - 1], host, skip))) continue;
        for (size_t i = 0; links[i].host; i++)
            if (same(links[i].host, host + skip, len - skip)) return &links[i];
    }
    return NULL;
}

int text_contact_number(const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (same(numbers[i].word, word, len)) return numbers[i].value;
    return -1;
}

bool text_contact_is_page(const char *path, size_t len)
{
    return is_one_of(pages, COUNT(pages), path, len);
}

bool text_contact_is_mailbox(const char *host, size_t len)
{
    return is_one_of(mailboxes, COUNT(mailboxes), host, len);
}

bool text_contact_is_common(const char *word, size_t len)
{
    return is_one_of(common, COUNT(common), word, len);
}

bool text_contact_is_request(const char *word, size_t len)
{
    return is_one_of(requests, COUNT(requests), word, len);
}

bool text_contact_is_scan(const char *word, size_t len)
{
    return is_one_of(scans, COUNT(scans), word, len);
}

void text_contact_mark(text_gate *gate)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        char word[32] = {0};
        size_t len = strlen(words[i].word);
        memcpy(word, words[i].word, len);
        text_gate_name(gate, text_hash_word(word, len));
    }
}
