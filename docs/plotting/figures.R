# The main figures of an output folder with ggplot2, from its CSV files alone.
#
#   Rscript docs/plotting/figures.R outputs/tug_of_war figures
#
# A run: course, ladder, heat; an ensemble: fan, ladder; a sweep: map or line, tornado.
suppressPackageStartupMessages(library(ggplot2))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
pictures <- arguments[2]
dir.create(pictures, showWarnings = FALSE, recursive = TRUE)
blue <- "#0072b2"; orange <- "#e69f00" # Okabe and Ito 2008
theme_set(theme_minimal())

table <- function(name) {
  file <- file.path(folder, paste0(name, ".csv"))
  if (!file.exists(file)) return(NULL)
  rows <- read.csv(file)
  if ("date" %in% names(rows)) rows$date <- as.Date(rows$date)
  rows
}
save <- function(name, plot, width = 9, height = 4)
  ggsave(file.path(pictures, paste0(name, ".pdf")), plot, width = width, height = height)

system_table <- table("system")
dyads <- table("dyads")
summary_table <- table("summary")
effects <- table("effects")

if (!is.null(system_table) && is.null(system_table$replication))
  save("course", ggplot(system_table, aes(date, escalation_goldstein)) + geom_line(colour = blue) +
    labs(x = NULL, y = "escalation, Goldstein"))

if (!is.null(system_table) && !is.null(system_table$replication)) {
  of_day <- split(system_table$escalation_goldstein, system_table$date)
  quantiles <- function(p) sapply(of_day, quantile, p, names = FALSE)
  bands <- do.call(rbind, lapply(c(0.95, 0.8, 0.5), function(cover) data.frame(date = as.Date(names(of_day)),
    cover = factor(cover), low = quantiles((1 - cover) / 2), high = quantiles((1 + cover) / 2))))
  middle <- data.frame(date = as.Date(names(of_day)), median = quantiles(0.5))
  save("fan", ggplot(bands, aes(date)) + geom_ribbon(aes(ymin = low, ymax = high, group = cover), fill = blue, alpha = 0.25) +
    geom_line(aes(y = median), middle) + labs(x = NULL, y = "escalation, Goldstein: median, 50, 80 and 95 %"))
}

if (!is.null(dyads)) {
  one <- if (is.null(dyads$replication)) dyads else subset(dyads, replication == 0)
  one$pair <- paste(one$a, one$b, sep = "-")
  weight <- tapply(one$rung, one$pair, function(r) 2 * max(r - cummin(r)) + 1.01 * max(r))
  risen <- names(which.max(weight)) # the pair that rose and stood highest, as the report orders them
  plot <- ggplot(subset(one, pair == risen), aes(date, rung)) + geom_step() + ylim(0, 9) + labs(x = NULL, title = risen)
  events <- table("events")
  if (!is.null(events)) {
    if (!is.null(events$replication)) events <- subset(events, replication == 0)
    acts <- subset(events, (paste(source, target, sep = "-") == risen | paste(target, source, sep = "-") == risen) &
      class %in% c("vconf", "mconf"))
    if (nrow(acts) > 0)
      plot <- plot + geom_point(aes(colour = class), acts) + scale_colour_manual(values = c(vconf = orange, mconf = "#d55e00"))
  }
  save("ladder", plot)
}

if (!is.null(dyads) && is.null(dyads$replication)) {
  top <- names(head(sort(tapply(one$rung, one$pair, sum), decreasing = TRUE), 25))
  shown <- subset(one, pair %in% top)
  shown$pair <- factor(shown$pair, rev(top))
  save("heat", ggplot(shown, aes(date, pair, fill = rung)) + geom_tile() +
    scale_fill_viridis_c(option = "inferno", direction = -1, limits = c(0, 9)) + labs(x = NULL, y = NULL), height = 6)
}

if (!is.null(summary_table)) {
  axes <- names(summary_table)[2:(which(names(summary_table) == "outcome") - 1)]
  points <- summary_table[summary_table$outcome == summary_table$outcome[1] & !is.na(summary_table[[axes[1]]]), ]
  varied <- axes[sapply(axes, function(axis) length(unique(points[[axis]])) > 1)]
  plot <- if (length(varied) == 1)
    ggplot(points, aes(.data[[varied]], mean)) + geom_ribbon(aes(ymin = low, ymax = high), fill = blue, alpha = 0.3) +
      geom_line(colour = blue) + labs(y = points$outcome[1])
  else
    ggplot(points, aes(.data[[varied[1]]], .data[[varied[2]]], fill = mean)) + geom_tile() +
      scale_fill_viridis_c(option = "inferno", direction = -1) + labs(fill = points$outcome[1])
  save("sweep", plot, 6, 4.5)
}

if (!is.null(effects)) {
  axes <- names(effects)[2:(which(names(effects) == "outcome") - 1)]
  shown <- effects[effects$outcome == effects$outcome[1] & !is.na(effects$difference), ]
  shown <- head(shown[order(-abs(shown$difference)), ], 20)
  shown$point <- do.call(paste, c(lapply(axes, function(axis) paste(axis, shown[[axis]])), sep = ", "))
  shown$point <- factor(shown$point, rev(shown$point))
  save("tornado", ggplot(shown, aes(difference, point)) + geom_col(aes(fill = difference > 0), show.legend = FALSE) +
    geom_errorbarh(aes(xmin = low, xmax = high), height = 0.3) + scale_fill_manual(values = c(blue, orange)) +
    labs(x = paste("change of", shown$outcome[1]), y = NULL), 8, 5)
}
