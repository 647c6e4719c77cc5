/* SPDX-License-Identifier: Apache-2.0
 *
 * The exposition: Prometheus text format 0.0.4. */
#include "net/metrics.h"

#include "base/time.h"
#include "net/server_int.h"
#include "signals/rules/rules.h"

static const int statuses[VG_COUNTED_STATUSES] = {200, 201, 202, 204, 302, 304, 400, 401, 403, 404, 405, 408,
                                                  409, 410, 413, 414, 415, 422, 429, 431, 500, 503, 0};
static const int64_t bounds_us[VG_LATENCY_BUCKETS] = {
    50, 100, 250, 500, 1000, 2000, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};
static const char *const bound_names[VG_LATENCY_BUCKETS] = {"0.00005", "0.0001", "0.00025", "0.0005", "0.001",
                                                            "0.002",   "0.005",  "0.01",    "0.025",  "0.05",
                                                            "0.1",     "0.25",   "0.5",     "1",      "5"};

void vg_count_request(vg_counters *counters, int route, int status)
{
    size_t r = route < 0 ? VG_COUNTED_ROUTES : (size_t)route, s = 0;
    while (s < VG_COUNTED_STATUSES - 1 && statuses[s] != status) s++;
    vg_count(&counters->requests[r][s], 1);
}

void vg_count_latency(vg_counters *counters, int64_t us)
{
    size_t b = 0;
    while (b < VG_LATENCY_BUCKETS && us > bounds_us[b]) b++;
    vg_count(&counters->latency[b], 1);
    vg_count(&counters->latency_us, (uint64_t)us);
}

static const int64_t decode_ms[VG_DECODE_BUCKETS] = {2, 5, 10, 25, 50, 100, 250, 1000, 5000, 30000};

void vg_gauges_decoded(vg_gauges *gauges, int64_t us, int result)
{
    size_t b = 0;
    while (b < VG_DECODE_BUCKETS && us > decode_ms[b] * 1000) b++;
    vg_count(&gauges->decode[b], 1);
    vg_count(&gauges->decode_us, (uint64_t)us);
    vg_count(result > 0 ? &gauges->decoded : result == 0 ? &gauges->not_decoded : &gauges->decode_failures, 1);
}

void vg_counters_sum(vg_counters *to, const vg_counters *from)
{
    _Static_assert(sizeof(vg_counters) % sizeof(uint64_t) == 0, "counters are all alike");
    _Atomic uint64_t *a = (_Atomic uint64_t *)to;
    const _Atomic uint64_t *b = (const _Atomic uint64_t *)from;
    for (size_t i = 0; i < sizeof *to / sizeof(uint64_t); i++)
        vg_count(&a[i], atomic_load_explicit(&b[i], memory_order_relaxed));
}

void vg_metrics_total(vg_server *server, vg_counters *total)
{
    memset(total, 0, sizeof *total);
    for (size_t i = 0; i < server->lane_count; i++)
        if (server->lanes[i]) vg_counters_sum(total, &server->lanes[i]->counters);
}

static void head(vg_buf *out, const char *name, const char *type, const char *help)
{
    vg_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(vg_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head(out, name, type, help);
    vg_buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

/* A label value: backslash, quote and newline are escaped. */
static void add_label(vg_buf *out, const char *value)
{
    vg_buf_add_char(out, '"');
    for (; *value; value++) {
        if (*value == '\\' || *value == '"') vg_buf_add_char(out, '\\');
        if (*value == '\n') vg_buf_add_cstr(out, "\\n");
        else vg_buf_add_char(out, *value);
    }
    vg_buf_add_char(out, '"');
}

static void write_requests(vg_buf *out, const vg_counters *t)
{
    head(out, "vigie_http_requests_total", "counter", "Answered requests by route, method and status.");
    for (size_t r = 0; r <= VG_COUNTED_ROUTES; r++)
        for (size_t s = 0; s < VG_COUNTED_STATUSES; s++) {
            uint64_t n = atomic_load_explicit(&t->requests[r][s], memory_order_relaxed);
            if (!n) continue;
            const vg_route *route = r < vg_route_count ? &vg_routes[r] : NULL;
            vg_buf_add_cstr(out, "vigie_http_requests_total{route=");
            add_label(out, route ? route->label : "none");
            vg_buf_printf(out, ",method=\"%s\",status=\"%d\"} %llu\n",
                          !route                       ? ""
                          : route->method == VG_POST   ? "POST"
                          : route->method == VG_DELETE ? "DELETE"
                                                       : "GET",
                          statuses[s], (unsigned long long)n);
        }
}

static void write_events(vg_buf *out, const vg_counters *t)
{
    head(out, "vigie_events_total", "counter",
         "Events assessed, by type and verdict; repeats are not among them.");
    for (int type = 0; type < VG_EVENT_TYPES; type++)
        for (int v = 0; v < VG_VERDICTS; v++)
            vg_buf_printf(out, "vigie_events_total{type=\"%s\",verdict=\"%s\"} %llu\n",
                          vg_event_type_names[type], vg_verdict_names[v],
                          (unsigned long long)t->events[type][v]);
    one(out, "vigie_events_not_scanned_total", "counter",
        "Events whose content the policy does not let look at.", t->not_scanned);
    one(out, "vigie_events_duplicate_total", "counter", "Events seen before and answered again.",
        t->duplicates);
    one(out, "vigie_events_conflict_total", "counter", "Events with the id of another.", t->conflicts);
    one(out, "vigie_events_refused_total", "counter", "Requests refused because of an event in them.",
        t->refused);
}

static void write_latency(vg_buf *out, const vg_counters *t)
{
    uint64_t sum = 0;
    head(out, "vigie_events_request_seconds", "histogram",
         "From the last byte of a POST /v1/events to its answer, storing included.");
    for (size_t b = 0; b < VG_LATENCY_BUCKETS; b++) {
        sum += t->latency[b];
        vg_buf_printf(out, "vigie_events_request_seconds_bucket{le=\"%s\"} %llu\n", bound_names[b],
                      (unsigned long long)sum);
    }
    sum += t->latency[VG_LATENCY_BUCKETS];
    vg_buf_printf(
        out,
        "vigie_events_request_seconds_bucket{le=\"+Inf\"} %llu\nvigie_events_request_seconds_sum %.6f\n"
        "vigie_events_request_seconds_count %llu\n",
        (unsigned long long)sum, (double)t->latency_us / 1e6, (unsigned long long)sum);
}

static void write_cases(vg_buf *out, const vg_gauges *g)
{
    head(out, "vigie_cases", "gauge", "Open cases by state of the queue.");
    vg_buf_printf(out,
                  "vigie_cases{state=\"open\"} %lld\nvigie_cases{state=\"claimed\"} "
                  "%lld\nvigie_cases{state=\"overdue\"} %lld\n",
                  (long long)g->open_cases, (long long)g->claimed_cases, (long long)g->overdue_cases);
    head(out, "vigie_demands", "gauge", "Demands of authorities whose clock runs, and those of them whose time is over.");
    vg_buf_printf(out, "vigie_demands{state=\"running\"} %lld\nvigie_demands{state=\"late\"} %lld\n", (long long)g->open_demands, (long long)g->late_demands);
    head(out, "vigie_cases_written_total", "counter",
         "Events stored with a case, by whether they opened it.");
    vg_buf_printf(out,
                  "vigie_cases_written_total{change=\"opened\"} "
                  "%llu\nvigie_cases_written_total{change=\"touched\"} %llu\n",
                  (unsigned long long)g->cases_opened, (unsigned long long)g->cases_touched);
    one(out, "vigie_store_commits_total", "counter", "Transactions of cases.", g->commits);
    one(out, "vigie_store_commit_failures_total", "counter", "Transactions of cases that failed.",
        g->commit_failures);
    head(out, "vigie_store_commit_seconds_total", "counter", "Time spent in transactions of cases.");
    vg_buf_printf(out, "vigie_store_commit_seconds_total %.6f\n", (double)g->commit_us / 1e6);
}

static void write_decoding(vg_buf *out, const vg_gauges *g)
{
    uint64_t sum = 0;
    head(out, "vigie_media_decode_seconds", "histogram", "Decoding and hashing of one upload, waiting for a worker included.");
    for (size_t b = 0; b < VG_DECODE_BUCKETS; b++) {
        sum += g->decode[b];
        vg_buf_printf(out, "vigie_media_decode_seconds_bucket{le=\"%g\"} %llu\n", (double)decode_ms[b] / 1e3,
                      (unsigned long long)sum);
    }
    sum += g->decode[VG_DECODE_BUCKETS];
    vg_buf_printf(out,
                  "vigie_media_decode_seconds_bucket{le=\"+Inf\"} %llu\nvigie_media_decode_seconds_sum %.6f\n"
                  "vigie_media_decode_seconds_count %llu\n",
                  (unsigned long long)sum, (double)g->decode_us / 1e6, (unsigned long long)sum);
    head(out, "vigie_media_decoded_total", "counter", "Uploads given to the decoder, by how it went.");
    vg_buf_printf(out,
                  "vigie_media_decoded_total{result=\"decoded\"} %llu\nvigie_media_decoded_total{result=\"undecodable\"} %llu\n"
                  "vigie_media_decoded_total{result=\"no_decoder\"} %llu\n",
                  (unsigned long long)g->decoded, (unsigned long long)g->not_decoded,
                  (unsigned long long)g->decode_failures);
}

static void write_media(vg_server *server, vg_buf *out, const vg_counters *t)
{
    const vg_gauges *g = &server->gauges;
    one(out, "vigie_media_lookups_total", "counter", "Media looked up in the banks.", t->lookups);
    head(out, "vigie_media_matches_total", "counter", "Entries of banks that were found, by what their bank asks for.");
    for (int e = 0; e < VG_BANK_EFFECTS; e++)
        vg_buf_printf(out, "vigie_media_matches_total{effect=\"%s\"} %llu\n", vg_bank_effect_names[e],
                      (unsigned long long)t->matches[e]);
    one(out, "vigie_media_uploads_total", "counter", "Uploads taken.", g->uploads);
    one(out, "vigie_media_upload_bytes_total", "counter", "Bytes of uploads taken.", g->upload_bytes);
    one(out, "vigie_media_uploads", "gauge", "Uploads that wait for their events.", vg_uploads_count(server->uploads));
    one(out, "vigie_media_spool_bytes", "gauge", "Bytes of uploads and lists that wait on disk, encrypted.",
        vg_spool_disk(server->spool));
    one(out, "vigie_media_plain_bytes", "gauge", "Bytes of uploads in RAM for the decoder.", vg_spool_ram(server->spool));
    one(out, "vigie_media_sealed_total", "counter", "Media sealed with their cases.", g->media_sealed);
    one(out, "vigie_media_swept_total", "counter", "Sealed files removed because no case names them.", g->media_swept);
    write_decoding(out, g);
}

static void write_audit(vg_server *server, vg_buf *out)
{
    const vg_gauges *g = &server->gauges;
    one(out, "vigie_audit_tree_behind", "gauge", "Entries of the audit log that its tree has still to take in.", (uint64_t)g->audit_behind);
    if (!server->options.stamp_url) return;
    one(out, "vigie_audit_stamps_total", "counter", "Time stamps taken.", g->stamps);
    one(out, "vigie_audit_stamp_failures_total", "counter", "Times that the time stamping authority gave none.", g->stamp_failures);
    one(out, "vigie_audit_stamp_last_seconds", "gauge", "The time in the newest time stamp (Unix); 0: there is none.", (uint64_t)(g->stamp_last_ms / 1000));
    one(out, "vigie_audit_stamp_failing", "gauge", "1: the last try gave no time stamp.", g->stamp_failing_ms ? 1 : 0);
}

static void write_queues(vg_server *server, vg_buf *out)
{
    head(out, "vigie_queue_length", "gauge", "Requests that wait for a thread.");
    vg_buf_printf(out,
                  "vigie_queue_length{queue=\"clerk\"} %zu\nvigie_queue_length{queue=\"desk\"} "
                  "%zu\nvigie_queue_length{queue=\"door\"} %zu\nvigie_queue_length{queue=\"media\"} %zu\n",
                  vg_queue_length(&server->clerk_queue), vg_queue_length(&server->desk_queue),
                  vg_queue_length(&server->door_queue), vg_queue_length(&server->media_queue));
}

static void write_memory(vg_buf *out, const vg_gauges *g)
{
    head(out, "vigie_memory_records", "gauge", "Records remembered.");
    vg_buf_printf(
        out,
        "vigie_memory_records{table=\"accounts\"} %llu\nvigie_memory_records{table=\"pairs\"} %llu\n"
        "vigie_memory_records{table=\"conversations\"} %llu\nvigie_memory_records{table=\"seen\"} %llu\n",
        (unsigned long long)g->accounts, (unsigned long long)g->pairs, (unsigned long long)g->conversations,
        (unsigned long long)g->seen);
    one(out, "vigie_memory_bytes", "gauge", "Bytes mapped for the tables.", g->memory_bytes);
    one(out, "vigie_journal_lag_bytes", "gauge", "Journal not yet durable against a power cut.",
        g->journal_lag);
    one(out, "vigie_retention_removed_total", "counter", "Records forgotten because their time was over.",
        g->retention_removed);
    one(out, "vigie_cases_destroyed_total", "counter",
        "Cases whose sealed content was destroyed because its time was over.", g->cases_destroyed);
}

static void write_rest(vg_server *server, vg_buf *out)
{
    const vg_gauges *g = &server->gauges;
    int64_t now_ms = vg_time_now();
    head(out, "vigie_webhook_attempts_total", "counter", "Webhook attempts by result.");
    vg_buf_printf(out,
                  "vigie_webhook_attempts_total{result=\"delivered\"} "
                  "%llu\nvigie_webhook_attempts_total{result=\"failed\"} %llu\n",
                  (unsigned long long)g->webhook_delivered, (unsigned long long)g->webhook_failed);
    head(out, "vigie_webhook_deliveries", "gauge",
         "Deliveries due now, and dead letters (both counted up to 1000).");
    vg_buf_printf(
        out, "vigie_webhook_deliveries{state=\"due\"} %llu\nvigie_webhook_deliveries{state=\"dead\"} %llu\n",
        (unsigned long long)g->webhook_waiting, (unsigned long long)g->webhook_dead);
    head(out, "vigie_filings", "gauge", "Filings by state.");
    for (int i = 0; i < VG_FILING_STATES; i++)
        vg_buf_printf(out, "vigie_filings{state=\"%s\"} %lld\n", vg_filing_state_names[i], (long long)g->filings[i]);
    one(out, "vigie_filings_late", "gauge", "Filings that nobody confirmed in time (urgent_within, file_within).", (uint64_t)g->filings_late);
    one(out, "vigie_filing_oldest_seconds", "gauge", "Age of the oldest confirmed filing that is not sent.",
        g->filing_oldest_ms ? (uint64_t)((now_ms - g->filing_oldest_ms) / 1000) : 0);
    one(out, "vigie_streams", "gauge", "Consoles listening.", g->streams);
    one(out, "vigie_streams_dropped_total", "counter",
        "Consoles told to connect again because they did not read.", g->streams_dropped);
    one(out, "vigie_connections", "gauge", "Open connections.", g->connections);
    one(out, "vigie_requests_late_total", "counter",
        "Connections closed because a request or an answer took too long.", g->late);
    head(out, "vigie_policy_info", "gauge", "The policies in force, as a hash of their content.");
    vg_buf_printf(out, "vigie_policy_info{version=\"%016llx\"} 1\n", (unsigned long long)g->policy_version);
    one(out, "vigie_policy_spaces", "gauge", "Spaces that have a policy.", g->policy_spaces);
    head(out, "vigie_policy_age_seconds", "gauge", "Since the policies were read.");
    vg_buf_printf(out, "vigie_policy_age_seconds %.3f\n", (double)(now_ms - g->policy_loaded_ms) / 1e3);
    one(out, "vigie_policy_reloads_total", "counter", "Policies read again and taken.", g->reloads);
    one(out, "vigie_policy_reload_failures_total", "counter",
        "Policies that did not load; the old ones stayed.", g->reload_failures);
    head(out, "vigie_start_time_seconds", "gauge", "When the server started, since 1970.");
    vg_buf_printf(out, "vigie_start_time_seconds %.3f\n", (double)g->started_ms / 1e3);
    head(out, "vigie_build_info", "gauge", "The program.");
    vg_buf_printf(out, "vigie_build_info{version=\"%s\",compiler=", VG_VERSION);
    add_label(out, __VERSION__);
    vg_buf_add_cstr(out, "} 1\n");
}

static void model_label(vg_buf *out, const char *name, const vg_policy *policy)
{
    vg_buf_printf(out, "%s{space=", name);
    add_label(out, policy->space);
}

static void write_model_info(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context)
{
    (void)counts;
    vg_buf *out = context;
    for (unsigned k = 0; k < VG_MODELS; k++) {
        if (!model[k]) continue;
        model_label(out, "vigie_model_info", policy);
        vg_buf_printf(out, ",role=\"%s\",model=\"%016llx\"} 1\n", k == VG_MODEL_ACTIVE ? "active" : "shadow",
                      (unsigned long long)vg_model_id(model[k]));
    }
}

static void write_shadow_messages(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context)
{
    vg_buf *out = context;
    for (unsigned k = 0; model[VG_MODEL_SHADOW] && k < 4; k++) {
        model_label(out, "vigie_model_messages_total", policy);
        vg_buf_printf(out, ",active=\"%s\",shadow=\"%s\"} %llu\n", k / 2 ? "above" : "below", k % 2 ? "above" : "below",
                      (unsigned long long)counts->messages[k / 2][k % 2]);
    }
}

static void write_shadow_difference(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context)
{
    vg_buf *out = context;
    for (unsigned k = 0; model[VG_MODEL_SHADOW] && k < 2; k++) {
        model_label(out, "vigie_model_difference_total", policy);
        vg_buf_printf(out, ",shadow=\"%s\"} %.4f\n", k ? "higher" : "lower", (double)(k ? counts->higher : counts->lower) / 1e4);
    }
}

static void write_models(vg_server *server, vg_buf *out)
{
    head(out, "vigie_model_info", "gauge", "Statistical models in force, by the hash of their file.");
    vg_pipeline_each_model(server->pipeline, write_model_info, out);
    head(out, "vigie_model_messages_total", "counter", "Messages that both models read, by the side of the threshold on which each puts them.");
    vg_pipeline_each_model(server->pipeline, write_shadow_messages, out);
    head(out, "vigie_model_difference_total", "counter", "Sum of how far the shadow's risk was from the active model's, by direction.");
    vg_pipeline_each_model(server->pipeline, write_shadow_difference, out);
}

typedef struct rule_line {
    vg_buf *out;
    const char *name;
    uint64_t (*value)(const vg_rule_status *rule);
} rule_line;

static void write_rule(const char *space, const vg_rule_status *rule, void *context)
{
    const rule_line *line = context;
    vg_buf_printf(line->out, "%s{space=", line->name);
    add_label(line->out, space);
    vg_buf_add_cstr(line->out, ",rule=");
    add_label(line->out, rule->name);
    vg_buf_printf(line->out, ",mode=\"%s\"} %llu\n", rule->shadow ? "shadow" : "active", (unsigned long long)line->value(rule));
}

static uint64_t rule_runs(const vg_rule_status *rule) { return rule->runs; }
static uint64_t rule_fired(const vg_rule_status *rule) { return rule->fired; }
static uint64_t rule_changed(const vg_rule_status *rule) { return rule->changed; }
static uint64_t rule_failures(const vg_rule_status *rule) { return rule->failures; }
static uint64_t rule_off(const vg_rule_status *rule) { return rule->off; }
static uint64_t rule_steps(const vg_rule_status *rule) { return rule->steps; }

static void write_rules(vg_server *server, vg_buf *out)
{
    static const struct {
        const char *name, *type, *help;
        uint64_t (*value)(const vg_rule_status *rule);
    } lines[] = {
        {"vigie_rule_runs_total", "counter", "Events that an operator's rule was asked about.", rule_runs},
        {"vigie_rule_fired_total", "counter", "Events on which an operator's rule fired.", rule_fired},
        {"vigie_rule_changed_total", "counter", "Events whose verdict a rule changed, or in shadow would have changed.", rule_changed},
        {"vigie_rule_failures_total", "counter", "Events on which a rule failed.", rule_failures},
        {"vigie_rule_off", "gauge", "1: the rule failed and is switched off until its text changes.", rule_off},
        {"vigie_rule_instructions_most", "gauge", "The most instructions that a rule took for one event, in steps of a hundred.", rule_steps},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        rule_line line = {.out = out, .name = lines[i].name, .value = lines[i].value};
        head(out, lines[i].name, lines[i].type, lines[i].help);
        vg_pipeline_rules(server->pipeline, write_rule, &line);
    }
}

void vg_metrics_write(vg_server *server, vg_buf *out)
{
    vg_counters total;
    vg_metrics_total(server, &total);
    write_requests(out, &total);
    write_events(out, &total);
    write_latency(out, &total);
    write_cases(out, &server->gauges);
    write_media(server, out, &total);
    write_audit(server, out);
    write_queues(server, out);
    write_memory(out, &server->gauges);
    write_models(server, out);
    write_rules(server, out);
    write_rest(server, out);
}
