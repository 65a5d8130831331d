import PyPDF2
