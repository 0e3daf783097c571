/* `zh`: how grades, person classes, kinds of care and item tags are called in print. */
#include <string.h>

#include "policy/compile.h"

static bool defined(const struct policy *p, const char *name)
{
    bool found =
        policy_grade(p, name) >= 0 || policy_kind(p, name) >= 0 || policy_item_tag(p, name) >= 0;
    for (uint8_t i = 0; i < p->cap_grade_count; i++)
        found |= strcmp(p->cap_grades[i], name) == 0;
    for (uint8_t i = 0; i < p->class_count; i++)
        found |= strcmp(p->classes[i].name, name) == 0;
    return found;
}

void compile_titles(struct compile *c, const struct yaml_node *node)
{
    struct policy *p = c->policy;
    if (!node || !yaml_map(node, NULL))
        return;
    struct policy_title *titles = compile_alloc(c, (yaml_count(node) + 1) * sizeof *titles);
    for (size_t i = 0; titles && i < yaml_count(node); i++) {
        const char *name = yaml_key(node, i);
        struct policy_title *title = &titles[p->title_count];
        if (!defined(p, name))
            yaml_object(yaml_item(node, i), "“%s”不是级别、人员类别、医疗类别或项目标签的名称",
                        "\"%s\" is no grade, person class, kind of care or item tag", name);
        else if (compile_title(c, yaml_item(node, i), &title->zh)) {
            title->name = compile_copy(c, name);
            p->title_count++;
        }
    }
    p->titles = titles;
}
