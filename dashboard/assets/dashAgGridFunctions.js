/* What formatters in column definitions may call. */
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridFunctions.panj = window.panj = window.panj || {};
