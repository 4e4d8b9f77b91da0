import { waitFor } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

// One tour per role. Each works at desktop size and at 390 px: a record is a row of a list or a
// card, and no step names a label, so that the language does not matter.
const tours = registry.category("web_tour.tours");
const record = (text) =>
    `.o_data_row:contains("${text}") .o_data_cell:first, .o_kanban_record:contains("${text}")`;
const press = (name) => [{
    content: `press ${name}`,
    trigger: `.o_statusbar_buttons button[name="${name}"]:enabled`,
    run: "click",
}];
const gone = (name) => ({
    content: `${name} is done`,
    trigger: `.o_form_view:not(:has(.o_statusbar_buttons button[name="${name}"]))`,
});
const act = (name) => [...press(name), gone(name)];
const confirmDialog = {
    content: "yes, really",
    trigger: ".modal .modal-footer .btn-primary",
    run: "click",
};
const choose = (field, text) => [{
    content: `look for ${text}`,
    trigger: `.o_field_widget[name="${field}"] input`,
    run: `edit ${text}`,
}, {
    content: `choose ${text}`,
    trigger: `.o-autocomplete--dropdown-item:contains("${text}"), .modal .o_kanban_record:contains("${text}")`,
    run: "click",
}];
const pick = (field, text) => [{
    content: `open the list of ${field}`,
    trigger: `.o_field_widget[name="${field}"] input`,
    run: "click",
}, {
    content: `pick ${text}`,
    trigger: `body .o_select_menu_item:contains("${text}")`,
    run: "click",
}, {
    content: `${text} is picked`,
    trigger: `.o_field_widget[name="${field}"] input:value("${text}")`,
}];
const type = (field, text) => ({
    content: `type ${field}`,
    trigger: `.o_field_widget[name="${field}"] input`,
    run: `edit ${text}`,
});
const open = (text) => [{ content: `open ${text}`, trigger: record(text), run: "click" }];
const define = (name, steps) => tours.add(`carloan_${name}`, { steps: () => steps });

define("officer_apply", [
    ...choose("partner_id", "张伟"),
    ...choose("product_id", "先息后本"),
    type("amount", "120000"),
    type("periods", "3"),
    ...choose("vehicle_id", "苏A12345"),
    ...act("action_submit"),
]);
define("vote", [
    ...open("张伟"),
    ...act("action_approve"),
]);
define("officer_contract", [
    ...open("张伟"),
    ...press("action_create_contract"),
    ...press("action_sign"),
    confirmDialog,
    gone("action_sign"),
]);
define("asset_register", [
    ...open("苏A12345"),
    type("office", "Nanjing"),
    type("certificate_number", "320012345678"),
    ...act("action_file"),
    ...act("action_register"),
]);
define("officer_disburse", [
    ...open("张伟"),
    ...press("action_new_disbursement"),
    ...choose("fund_account_id", "工商银行"),
    ...act("action_register"),
]);
define("accountant_review", [
    ...open("张伟"),
    ...act("action_review"),
]);
define("cashier_pay", [
    ...open("张伟"),
    ...press("action_pay"),
    confirmDialog,
    gone("action_pay"),
]);
const closeDays = (...pickDay) => [{
    content: "ask for the day",
    trigger: ".o_control_panel button[name]:enabled",
    run: "click",
}, ...pickDay, {
    content: "close days",
    trigger: '.modal button[name="action_run"]',
    run: "click",
}];
const closed = (date) => ({
    content: `${date} is closed`,
    timeout: 60000,
    trigger: `body:contains("${date}") .o_action_manager .o_form_view:not(:has(.o_statusbar_buttons button[name="action_start"]))`,
});
define("accountant_close_days", [
    ...closeDays({
        content: "the last day",
        trigger: '.modal .o_field_widget[name="until_date"] :is(button, input)',
        // A date is a button until it has the focus, which a dialog gives it only without touch.
        async run(helpers) {
            await helpers.click();
            await helpers.edit(
                "03/03/2026", await waitFor('.modal .o_field_widget[name="until_date"] input'));
        },
    }),
    closed("2026-03-03"),
]);
define("accountant_close_day", [
    ...closeDays(),
    closed("2026-"),
]);
define("collector_call", [
    ...open("张伟"),
    ...press("action_log_contact"),
    ...pick("outcome_id", "Message or letter sent"),
    { content: "log it", trigger: ".modal footer .btn-primary", run: "click" },
    { content: "the contact is logged", trigger: "body:not(:has(.modal)) .o_form_view" },
]);
define("cashier_receive", [
    ...open("张伟"),
    ...press("action_new_repayment"),
    ...choose("fund_account_id", "工商银行"),
    ...act("action_register"),
]);
define("accountant_confirm", [
    ...open("张伟"),
    ...act("action_confirm"),
]);
define("asset_release", [
    ...open("苏A12345"),
    ...act("action_check_release"),
]);
define("risk_release", [
    ...open("苏A12345"),
    ...act("action_release"),
]);
define("auditor_reads", [
    ...open("张伟"),
    { content: "the position is there", trigger: '.o_field_widget[name="principal_outstanding"]' },
    {
        content: "an auditor has nothing to press",
        trigger: ".o_form_view:not(:has(.o_statusbar_buttons button[name^='action_']))",
    },
]);
