/* SPDX-License-Identifier: Apache-2.0
 *
 * The names and hosts by which contact addresses are known.
 *
 * Address forms are those that the services themselves hand out when a profile or an invitation is shared; words are those
 * of everyday French, English, Spanish and Tagalog. Lists of words "as folded" have each letter once ("whatsap").
 */
#include "signals/text/contact_int.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* As folded. */
static const text_contact_word words[] = {
    {"snap", TEXT_WORD_APP, "snap"},         {"snapchat", TEXT_WORD_APP, "snap"},     {"insta", TEXT_WORD_APP, "insta"},
    {"instagram", TEXT_WORD_APP, "insta"},   {"ig", TEXT_WORD_APP, "insta"},          {"discord", TEXT_WORD_APP, "discord"},
    {"telegram", TEXT_WORD_APP, "telegram"}, {"whatsap", TEXT_WORD_APP, "whatsapp"},  {"kik", TEXT_WORD_APP, "kik"},
    {"tiktok", TEXT_WORD_APP, "tiktok"},     {"mesenger", TEXT_WORD_APP, "facebook"}, {"facebok", TEXT_WORD_APP, "facebook"},
    {"fb", TEXT_WORD_APP, "facebook"},       {"skype", TEXT_WORD_APP, "skype"},       {"viber", TEXT_WORD_APP, "viber"},
    {"wechat", TEXT_WORD_APP, "wechat"},     {"twiter", TEXT_WORD_APP, "twitter"},    {"yubo", TEXT_WORD_APP, "yubo"},
    {"bereal", TEXT_WORD_APP, "bereal"},     {"wizz", TEXT_WORD_APP, "wizz"},         {"wiz", TEXT_WORD_APP, "wizz"},
    {"zero", TEXT_WORD_ZERO, NULL},          {"cero", TEXT_WORD_ZERO, NULL},          {"qr", TEXT_WORD_CODE, NULL},
    {"qrcode", TEXT_WORD_CODE, NULL},
};

/* Of one host one after the other. */
static const text_contact_link links[] = {
    {"discord.gg", "", "discord", false},          {"discord.com", "invite/", "discord", false},
    {"discordapp.com", "invite/", "discord", false}, {"snapchat.com", "add/", "snap", false},
    {"instagram.com", "", "insta", false},         {"ig.me", "m/", "insta", false},
    {"t.me", "", "telegram", false},               {"telegram.me", "", "telegram", false},
    {"wa.me", "", "whatsapp", true},               {"chat.whatsapp.com", "", "whatsapp", false},
    {"tiktok.com", "@", "tiktok", false},          {"m.me", "", "facebook", false},
    {"messenger.com", "t/", "facebook", false},    {"facebook.com", "", "facebook", false},
    {"kik.me", "", "kik", false},                  {"join.skype.com", "", "skype", false},
    {"bere.al", "", "bereal", false},              {"signal.group", "#", "signal", false},
    {"viber.me", "", "viber", false},              {"line.me", "ti/p/", "line", false},
    {"twitter.com", "", "twitter", false},         {"x.com", "", "twitter", false},
    {NULL, NULL, NULL, false},
};

static const char *const pages[] = {"p", "reel", "reels", "explore", "stories", "tv", "share", "watch", "groups", "events", "pages",
                                    "hashtag", "home", "search", "i", "intent", "about", "legal", "help", "login", "settings", "s"};

static const char *const mailboxes[] = {"gmail.com",   "hotmail.com", "hotmail.fr", "outlook.com",  "outlook.fr", "live.fr",
                                        "live.com",    "yahoo.com",   "yahoo.fr",   "icloud.com",   "laposte.net", "orange.fr",
                                        "free.fr",     "sfr.fr",      "wanadoo.fr", "proton.me",    "protonmail.com", "gmx.fr", "gmx.com"};

static const char *const common[] = {
    "oui",   "non",  "ouais", "nan",  "pour", "mais",  "avec",  "dans",   "comme",  "cool",  "mort",  "nul",     "mieux", "bien",
    "moi",   "toi",  "lui",   "elle", "nous", "vous",  "tous",  "tout",   "rien",   "jamais", "plus", "pas",     "la",    "ici",
    "yes",   "nope", "the",   "this", "that", "with",  "what",  "when",   "where",  "good",  "bad",   "better",  "down",  "dead",
    "here",  "there", "down", "okay", "lol",  "mdr",   "ptdr",  "quoi",   "quand",  "gratuit", "free", "nombre", "issue", "ticket",
    "room",  "salon", "channel", "server", "serveur", "bug", "page", "team", "lobby", "clan", "party", "salle", "niveau", "level",
    "hola",  "nada", "bueno", "malo", "oo",   "hindi", "wala",  "privé",  "public", "bloqué", "interdit", "banned", "blocked"};

static const char *const requests[] = {"ajoute", "ajoutez", "ajoutes", "add", "suis", "follow", "contacte", "contact", "dm", "mp",
                                       "ecris", "write", "message", "text", "agrega", "agregame", "sigueme", "escribe", "i-add"};

static const char *const scans[] = {"scan", "scane", "scanes", "flashe", "flash", "flashes", "escanea", "escaneame", "iscan"};

/* Numbers in French; those of English and Spanish as single digits, as people say them. */
typedef struct number_word {
    const char *word;
    int value;
} number_word;
static const number_word numbers[] = {
    {"zero", 0},      {"un", 1},         {"deux", 2},    {"trois", 3},   {"quatre", 4},    {"cinq", 5},      {"six", 6},
    {"sept", 7},      {"huit", 8},       {"neuf", 9},    {"dix", 10},    {"onze", 11},     {"douze", 12},    {"treize", 13},
    {"quatorze", 14}, {"quinze", 15},    {"seize", 16},  {"vingt", 20},  {"vingts", 20},   {"trente", 30},   {"quarante", 40},
    {"cinquante", 50}, {"soixante", 60}, {"one", 1},     {"two", 2},     {"thre", 3},      {"four", 4},      {"five", 5},
    {"seven", 7},     {"eight", 8},      {"nine", 9},    {"cero", 0},    {"uno", 1},       {"dos", 2},       {"tres", 3},
    {"cuatro", 4},    {"cinco", 5},      {"seis", 6},    {"siete", 7},   {"ocho", 8},      {"nueve", 9}};

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
