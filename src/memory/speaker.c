/* SPDX-License-Identifier: Apache-2.0
 *
 * speaker: the record of a conversation: what kind of thing each speaker said, and when; what models make of it.
 *
 * A family's time is a byte: 6-hour steps back from the step in which the speaker was last written, so that a week's decay is
 * seen and 63 days fit; after that it is forgotten. Read back it is the middle of its step, at most three hours off.
 *
 * A model's window holds about the last 60 tokens of a speaker, by the rule of vg_model_window_add: what is said counts less and
 * less by being followed, not by time.
 */
#include "memory/memory_int.h"

static uint32_t family_step(uint32_t hour)
{
    return hour / VG_FAMILY_STEP_HOURS;
}

/* The speaker is written at `hour`: distances grow. A late message moves nothing. */
static void move_on(vg_speaker *speaker, uint32_t hour)
{
    if (hour <= speaker->hour) return;
    uint32_t steps = family_step(hour) - family_step(speaker->hour);
    speaker->hour = hour;
    for (unsigned f = 0; steps && f < VG_TEXT_FAMILIES; f++) {
        uint32_t code = speaker->family[f];
        speaker->family[f] = (uint8_t)(code && code + steps <= VG_FAMILY_FAR ? code + steps : 0);
    }
}

/* Hours since a family was seen, as the middle of its step. */
static uint32_t family_age(const vg_speaker *speaker, unsigned f, uint32_t hour)
{
    if (!speaker->family[f]) return VG_FACTS_UNKNOWN;
    uint32_t then = (family_step(speaker->hour) - (speaker->family[f] - 1u)) * VG_FAMILY_STEP_HOURS + VG_FAMILY_STEP_HOURS / 2;
    uint32_t age = hour > then ? hour - then : 0;
    return age > (VG_FAMILY_FAR - 1) * VG_FAMILY_STEP_HOURS ? VG_FACTS_UNKNOWN : age;
}

static bool has_family(const vg_speaker *speaker)
{
    uint64_t words[2];
    _Static_assert(sizeof words == sizeof speaker->family, "all families");
    memcpy(words, speaker->family, sizeof words);
    return (words[0] | words[1]) != 0;
}

static vg_speaker *speaker_of(vg_conversation_record *conversation, uint32_t tag)
{
    for (unsigned i = 0; i < VG_SPEAKERS; i++)
        if (conversation->speaker[i].tag == tag) return &conversation->speaker[i];
    return NULL;
}

/* A place for a new speaker: a free one, or that of whoever was silent longest; one in whose messages a family was found gives way
 * last, and never to one of whom there is none. NULL: there is no place. */
static vg_speaker *speaker_place(vg_conversation_record *conversation, uint32_t tag, bool found, const vg_moment *at)
{
    vg_speaker *place = NULL;
    bool place_found = true;
    for (unsigned i = 0; i < VG_SPEAKERS; i++) {
        vg_speaker *speaker = &conversation->speaker[i];
        bool holds = speaker->tag && has_family(speaker);
        if (holds && !found) continue;
        if (place && (holds > place_found || (holds == place_found && speaker->hour >= place->hour))) continue;
        place = speaker;
        place_found = holds;
        if (!speaker->tag) break;
    }
    if (!place) return NULL;
    memset(place, 0, sizeof *place);
    place->tag = tag;
    place->hour = at->hour;
    return place;
}

static vg_model_part window_of(const vg_speaker *speaker, unsigned m)
{
    return (vg_model_part){.sum = speaker->model[m], .tokens = speaker->tokens[m], .model = speaker->unit[m]};
}

/* After a message a window holds no more than VG_MODEL_WINDOW tokens, which is less than a byte does. */
static void keep_window(vg_speaker *speaker, unsigned m, vg_model_part window)
{
    speaker->model[m] = window.sum;
    speaker->tokens[m] = (uint8_t)window.tokens;
    speaker->unit[m] = window.model;
}

void vg_memory_speak(vg_conversation_record *conversation, uint32_t tag, const vg_moment *at, const vg_text_brief *text, vg_facts *facts)
{
    vg_speaker *speaker = speaker_of(conversation, tag);
    uint32_t families = text ? text->families & ((1u << VG_TEXT_FAMILIES) - 1) : 0;
    bool modelled = false;
    if (speaker)
        for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) facts->family_hours[f] = family_age(speaker, f, at->hour);
    for (unsigned m = 0; m < VG_MODELS; m++) {
        vg_model_part message = text ? text->model[m] : (vg_model_part){0};
        facts->model_before[m] = speaker ? window_of(speaker, m) : (vg_model_part){0};
        facts->model[m] = vg_model_window_add(facts->model_before[m], message);
        modelled |= message.tokens != 0;
    }
    if (!families && !modelled) return;
    if (!speaker) speaker = speaker_place(conversation, tag, families != 0, at);
    if (!speaker) return;
    move_on(speaker, at->hour);
    uint32_t back = at->hour < speaker->hour ? family_step(speaker->hour) - family_step(at->hour) : 0;
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++)
        if (families >> f & 1 && back < VG_FAMILY_FAR && (!speaker->family[f] || speaker->family[f] > back + 1))
            speaker->family[f] = (uint8_t)(back + 1);
    for (unsigned m = 0; modelled && m < VG_MODELS; m++)
        if (text->model[m].tokens) keep_window(speaker, m, facts->model[m]);
}
