/** The pages for browsers: console, references and documentation. */
@NullMarked
package dev.parley.app.server.pages;

import org.jspecify.annotations.NullMarked;
