// @ts-check
/** Light or dark, before anything is painted: a plain script, for modules come too late. */
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
