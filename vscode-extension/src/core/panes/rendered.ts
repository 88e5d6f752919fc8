/** The view type of rendered panes. */
export const RENDERED = "antiphon.rendered";
