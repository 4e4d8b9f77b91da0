import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onMounted, onWillDestroy, xml } from "@odoo/owl";

const UNFINISHED = ["draft", "running"];
const LOOK_AGAIN_AFTER = 2000;

/**
 * Keeps the form of a day end moving. Who started the run drives it: one request a step, so that
 * each step is kept and shown. Everybody else sees the figures of the server again and again.
 */
export class DayEndRunner extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.alive = true;
        onMounted(() => this.run());
        onWillDestroy(() => {
            this.alive = false;
        });
    }

    get unfinished() {
        return this.alive && UNFINISHED.includes(this.props.record.data.state);
    }

    async run() {
        const drives = this.props.record.context.carloan_drive_day_end;
        while (drives ? this.alive : this.unfinished) {
            const next = drives
                ? await this.orm.call("carloan.day.end", "action_run_next", [
                      [this.props.record.resId],
                  ])
                : await this.wait();
            if (!this.alive) {
                return;
            }
            if (drives && next && next !== this.props.record.resId) {
                await this.openNext(next);
                return;
            }
            await this.props.record.model.load();
            if (drives && !next) {
                return;
            }
        }
    }

    async wait() {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_AFTER));
    }

    /** The day is closed; the next one that was asked for takes its place. */
    openNext(id) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: "carloan.day.end",
                res_id: id,
                views: [[false, "form"]],
                context: { carloan_drive_day_end: true },
            },
            { stackPosition: "replaceCurrentAction" }
        );
    }
}

registry.category("view_widgets").add("carloan_day_end_runner", { component: DayEndRunner });
