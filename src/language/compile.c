/// plan_compile: the order of the compiler's work.
#include "language/compile_internal.h"

static void compiler_deinit(Compiler *compiler)
{
    for (size_t i = 0; compiler->views != NULL && i < compiler->definition->view_count; i++)
        map_deinit(&compiler->views[i].columns);
    arena_deinit(&compiler->arena);
    memory_free(compiler->columns);
    memory_free(compiler->inputs.items);
    memory_free(compiler->unions.items);
}

/// Every expression of every source and view, whether the dataset selects it or not.
static bool compiler_read(Compiler *compiler, Error *err)
{
    TRY(compiler_check_sources(compiler, err));
    TRY(compiler_read_views(compiler, err));
    TRY(compiler_add_inputs(compiler, err));
    for (uint32_t i = 0; i < compiler->column_count; i++) {
        TRY(scope_resolve_column(compiler, &compiler->columns[i], err));
    }
    TRY(compiler_order(compiler, err));
    return compiler_mark_ahead(compiler, err);
}

/// Types every column and every `by`, so that an error in what is not selected is found too.
static bool compiler_check_all(Compiler *compiler, Error *err)
{
    AUTO(assembly_deinit) Assembly assembly = {.compiler = compiler};
    AUTO(arena_deinit) Arena arena = {0};
    TRY(assembly_emit(&assembly, NULL, err));
    for (uint32_t i = 0; i < compiler->definition->view_count; i++) {
        uint32_t group = 0;
        uint32_t level = assembly_key_level(&assembly, i);
        if (compiler->views[i].source != PLAN_NONE) TRY(assembly_group(&assembly, i, level, &group, err));
    }
    for (uint32_t i = 0; i < compiler->definition->source_count; i++) {
        Program unused = {0};
        TRY(source_deleted(compiler, i, &arena, &unused, err));
    }
    return true;
}

static bool compiler_make(Compiler *compiler, Plan *out, Error *err)
{
    AUTO(assembly_deinit) Assembly assembly = {.compiler = compiler};
    uint32_t *selected = NULL;
    size_t count = 0;
    TRY(dataset_select(compiler, &selected, &count, err));
    uint8_t *needed = arena_alloc(&compiler->arena, compiler->column_count, err);
    if (needed == NULL) return false;
    for (size_t i = 0; i < count; i++) needed[selected[i]] = 1;
    compiler_close_selection(compiler, needed);
    TRY(assembly_emit(&assembly, needed, err));
    return plan_finish(&assembly, selected, count, true, out, err);
}

bool plan_compile(const Definition *definition, Plan *out, Error *err)
{
    AUTO(compiler_deinit) Compiler compiler = {.definition = definition};
    TRY(compiler_read(&compiler, err));
    TRY(dataset_check(&compiler, err));
    TRY(compiler_read_label(&compiler, err));
    TRY(compiler_check_ahead(&compiler, err));
    TRY(compiler_check_all(&compiler, err));
    return compiler_make(&compiler, out, err);
}
