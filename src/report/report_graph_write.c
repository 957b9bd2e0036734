#include "report/report_graph.h"
#include "text/duration.h"
#include "text/json_writer.h"
#include "text/table.h"
#include "text/utf8.h"

enum { TEXT_INDENT_MAX = 24 }; ///< layers; deeper ones are shown no further in

/// How a state looks, everywhere: fill in the light, fill in the dark.
typedef struct StateColor {
    const char *light, *dark;
} StateColor;

static const StateColor colors[STEP_STATE_COUNT] = {
    [STEP_WAITING] = {"#eef0f2", "#2a2e33"},   [STEP_RUNNING] = {"#cfe5ff", "#123a66"},
    [STEP_DONE] = {"#d3f2da", "#14432a"},      [STEP_CACHED] = {"#e4f0e6", "#22362a"},
    [STEP_REFUSED] = {"#ffe7b8", "#5a4108"},   [STEP_FAILED] = {"#ffd3d0", "#641b18"},
    [STEP_SKIPPED] = {"#e6e3ee", "#332f40"},   [STEP_CANCELLED] = {"#f2e2cf", "#4a3722"},
    [STEP_PREEMPTED] = {"#f2e2cf", "#4a3722"}, [STEP_OMITTED] = {"#f4f4f4", "#242424"},
};

static bool node_cell(Table *table, const GraphNode *node, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (uint32_t i = 0; i < node->layer && i < TEXT_INDENT_MAX; i++) TRY(bytes_append_str(&text, STR("  "), err));
    TRY(bytes_append_str(&text, node->name, err));
    return table_cell(table, bytes_str(&text), err);
}

/// What each waits for, by name.
static bool waits_cell(Table *table, const ReportGraph *graph, uint32_t node, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < graph->edge_count; i++) {
        if (graph->edges[i].to != node) continue;
        Str name = graph->nodes[graph->edges[i].from].name;
        TRY(bytes_append_format(&text, err, "%s%.*s", text.size > 0 ? ", " : "", STR_ARG(name)));
    }
    return table_cell(table, bytes_str(&text), err);
}

static bool took_cell(Table *table, int64_t took_us, Error *err)
{
    return table_cell(table, took_us > 0 ? str_from(duration_format_short(took_us).text) : (Str){0}, err);
}

static bool row_write(Table *table, const ReportGraph *graph, uint32_t node, Error *err)
{
    const GraphNode *item = &graph->nodes[node];
    TRY(node_cell(table, item, err));
    if (graph->run.size > 0) {
        TRY(table_cell(table, str_from(step_state_name(item->state)), err));
        TRY(took_cell(table, item->took_us, err));
        TRY(table_cell(table, item->critical ? STR("*") : (Str){0}, err));
    }
    return waits_cell(table, graph, node, err);
}

bool report_graph_text(const ReportGraph *graph, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("step"), TABLE_LEFT, err));
    if (graph->run.size > 0) {
        TRY(table_column(&table, STR("state"), TABLE_LEFT, err));
        TRY(table_column(&table, STR("took"), TABLE_RIGHT, err));
        TRY(table_column(&table, STR(""), TABLE_LEFT, err));
    }
    TRY(table_column(&table, STR("waits for"), TABLE_LEFT, err));
    for (size_t i = 0; i < graph->node_count; i++) TRY(row_write(&table, graph, graph->order[i], err));
    TRY(table_write(&table, 0, out, err));
    if (graph->critical_us == 0) return true;
    return bytes_append_format(out, err, "\n* the chain that took longest: %s of run %.*s\n",
                               duration_format_short(graph->critical_us).text, STR_ARG(graph->run));
}

bool report_graph_critical(const ReportGraph *graph, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    if (graph->critical_us == 0) return bytes_append_str(out, STR("no step of the run took any time\n"), err);
    TRY(table_column(&table, STR("step"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("took"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("share"), TABLE_RIGHT, err));
    for (size_t i = 0; i < graph->node_count; i++) {
        const GraphNode *node = &graph->nodes[graph->order[i]];
        if (!node->critical) continue;
        TRY(table_cell(&table, node->name, err));
        TRY(took_cell(&table, node->took_us, err));
        TRY(table_cell_format(&table, err, "%.0f%%", 100.0 * (double)node->took_us / (double)graph->critical_us));
    }
    TRY(bytes_append_format(out, err, "the chain that took longest: %s of run %.*s\n\n",
                            duration_format_short(graph->critical_us).text, STR_ARG(graph->run)));
    return table_write(&table, 0, out, err);
}

static bool dot_text(Bytes *out, Str text, Error *err)
{
    TRY(bytes_append_byte(out, '"', err));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') TRY(bytes_append_byte(out, '\\', err));
        TRY(bytes_append_byte(out, (uint8_t)text.data[i], err));
    }
    return bytes_append_byte(out, '"', err);
}

static bool dot_node(const ReportGraph *graph, const GraphNode *node, Bytes *out, Error *err)
{
    TRY(bytes_append_str(out, STR("  "), err));
    TRY(dot_text(out, node->name, err));
    TRY(bytes_append_format(out, err, " [fillcolor=\"%s\"%s", colors[node->state].light,
                            node->critical ? ", penwidth=2" : ""));
    if (graph->run.size > 0)
        TRY(bytes_append_format(out, err, ", tooltip=\"%s%s%s\"", step_state_name(node->state),
                                node->took_us > 0 ? ", " : "",
                                node->took_us > 0 ? duration_format_short(node->took_us).text : ""));
    return bytes_append_str(out, STR("];\n"), err);
}

bool report_graph_dot(const ReportGraph *graph, Bytes *out, Error *err)
{
    TRY(bytes_append_str(out, STR("digraph "), err));
    TRY(dot_text(out, graph->flow, err));
    TRY(bytes_append_str(out, STR(" {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\"];\n"), err));
    for (size_t i = 0; i < graph->node_count; i++) TRY(dot_node(graph, &graph->nodes[i], out, err));
    for (size_t i = 0; i < graph->edge_count; i++) {
        TRY(bytes_append_str(out, STR("  "), err));
        TRY(dot_text(out, graph->nodes[graph->edges[i].from].name, err));
        TRY(bytes_append_str(out, STR(" -> "), err));
        TRY(dot_text(out, graph->nodes[graph->edges[i].to].name, err));
        TRY(bytes_append_str(out, STR(";\n"), err));
    }
    return bytes_append_str(out, STR("}\n"), err);
}

enum { BOX_WIDTH = 176, BOX_HEIGHT = 44, BOX_GAP_X = 64, BOX_GAP_Y = 18, SVG_MARGIN = 16, SVG_NAME_CHARS = 22 };

static bool xml_text(Bytes *out, Str text, Error *err)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        const char *entity = byte == '&' ? "&amp;" : byte == '<' ? "&lt;" : byte == '"' ? "&quot;" : NULL;
        TRY(entity != NULL ? bytes_append_str(out, str_from(entity), err) : bytes_append_byte(out, (uint8_t)byte, err));
    }
    return true;
}

static unsigned box_x(const GraphNode *node)
{
    return SVG_MARGIN + node->layer * (BOX_WIDTH + BOX_GAP_X);
}

static unsigned box_y(const GraphNode *node)
{
    return SVG_MARGIN + node->place * (BOX_HEIGHT + BOX_GAP_Y);
}

static bool svg_style(Bytes *out, Error *err)
{
    TRY(bytes_append_str(out,
                         STR("<style>\nsvg{background:#fff}text{font:13px system-ui,sans-serif;fill:#1c2024}"
                             ".s{font-size:11px;fill:#5b6570}rect{stroke:#8b95a1;stroke-width:1}"
                             "path{fill:none;stroke:#a7b0ba;stroke-width:1.4}.c{stroke:#c2410c;stroke-width:2.4}\n"),
                         err));
    for (int i = 0; i < STEP_STATE_COUNT; i++)
        TRY(bytes_append_format(out, err, ".%s{fill:%s}", step_state_name((StepState)i), colors[i].light));
    TRY(bytes_append_str(out,
                         STR("\n@media (prefers-color-scheme:dark){svg{background:#14171a}text{fill:#e6e9ec}"
                             ".s{fill:#9aa5b0}rect{stroke:#5c6670}path{stroke:#59636d}.c{stroke:#fb923c}\n"),
                         err));
    for (int i = 0; i < STEP_STATE_COUNT; i++)
        TRY(bytes_append_format(out, err, ".%s{fill:%s}", step_state_name((StepState)i), colors[i].dark));
    return bytes_append_str(out, STR("}\n</style>\n"), err);
}

static bool svg_edge(const ReportGraph *graph, const GraphEdge *edge, Bytes *out, Error *err)
{
    const GraphNode *from = &graph->nodes[edge->from];
    const GraphNode *to = &graph->nodes[edge->to];
    unsigned x1 = box_x(from) + BOX_WIDTH;
    unsigned y1 = box_y(from) + BOX_HEIGHT / 2;
    unsigned x2 = box_x(to);
    unsigned y2 = box_y(to) + BOX_HEIGHT / 2;
    bool critical = from->critical && to->critical && to->layer == from->layer + 1;
    return bytes_append_format(out, err, "<path%s d=\"M%u %uC%u %u %u %u %u %u\"/>\n", critical ? " class=\"c\"" : "",
                               x1, y1, x1 + BOX_GAP_X / 2, y1, x2 - BOX_GAP_X / 2, y2, x2, y2);
}

static bool svg_node(const GraphNode *node, bool with_run, Bytes *out, Error *err)
{
    unsigned x = box_x(node);
    unsigned y = box_y(node);
    Str shown = utf8_cut(node->name, SVG_NAME_CHARS);
    TRY(bytes_append_str(out, STR("<g><title>"), err));
    TRY(xml_text(out, node->name, err));
    TRY(bytes_append_format(out, err,
                            "</title><rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"7\"/><text "
                            "x=\"%u\" y=\"%u\">",
                            step_state_name(node->state), x, y, (int)BOX_WIDTH, (int)BOX_HEIGHT, x + 10, y + 18));
    TRY(xml_text(out, shown, err));
    TRY(bytes_append_str(out, shown.size < node->name.size ? STR("\xE2\x80\xA6</text>") : STR("</text>"), err));
    if (with_run)
        TRY(bytes_append_format(out, err, "<text class=\"s\" x=\"%u\" y=\"%u\">%s%s%s</text>", x + 10, y + 34,
                                step_state_name(node->state), node->took_us > 0 ? ", " : "",
                                node->took_us > 0 ? duration_format_short(node->took_us).text : ""));
    return bytes_append_str(out, STR("</g>\n"), err);
}

bool report_graph_svg(const ReportGraph *graph, Bytes *out, Error *err)
{
    if (graph->node_count > GRAPH_SVG_STEPS_MAX)
        return error_set(err, ERROR_USAGE, "%zu steps are too many for a picture (at most %d); --dot has no limit",
                         graph->node_count, (int)GRAPH_SVG_STEPS_MAX);
    unsigned width = 2 * SVG_MARGIN + graph->layer_count * (BOX_WIDTH + BOX_GAP_X) - BOX_GAP_X;
    unsigned height = 2 * SVG_MARGIN + graph->layer_width * (BOX_HEIGHT + BOX_GAP_Y) - BOX_GAP_Y;
    TRY(bytes_append_format(out, err,
                            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u "
                            "%u\" role=\"img\">\n<title>",
                            width, height, width, height));
    TRY(xml_text(out, graph->flow, err));
    TRY(bytes_append_str(out, STR("</title>\n"), err));
    TRY(svg_style(out, err));
    for (size_t i = 0; i < graph->edge_count; i++) TRY(svg_edge(graph, &graph->edges[i], out, err));
    for (size_t i = 0; i < graph->node_count; i++) TRY(svg_node(&graph->nodes[i], graph->run.size > 0, out, err));
    return bytes_append_str(out, STR("</svg>\n"), err);
}

static bool node_json(const GraphNode *node, JsonWriter *json, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("step"), node->name, err));
    TRY(json_field_uint(json, STR("layer"), node->layer, err));
    TRY(json_field_str(json, STR("state"), str_from(step_state_name(node->state)), err));
    TRY(json_field_int(json, STR("took_us"), node->took_us, err));
    TRY(json_field_bool(json, STR("critical"), node->critical, err));
    return json_object_end(json, err);
}

bool report_graph_json(const ReportGraph *graph, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("pipeline"), graph->flow, err));
    TRY(json_field_str(&json, STR("run"), graph->run, err));
    TRY(json_field_int(&json, STR("critical_us"), graph->critical_us, err));
    TRY(json_field_array(&json, STR("steps"), err));
    for (size_t i = 0; i < graph->node_count; i++) TRY(node_json(&graph->nodes[graph->order[i]], &json, err));
    TRY(json_array_end(&json, err));
    TRY(json_field_array(&json, STR("edges"), err));
    for (size_t i = 0; i < graph->edge_count; i++) {
        TRY(json_array_begin(&json, err));
        TRY(json_str(&json, graph->nodes[graph->edges[i].from].name, err));
        TRY(json_str(&json, graph->nodes[graph->edges[i].to].name, err));
        TRY(json_array_end(&json, err));
    }
    TRY(json_array_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}
